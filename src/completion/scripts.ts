/** The shells that completion is written for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/**
 * Each script asks the program that stands on the line itself, `PROGRAM completion complete -- WORDS`, the last
 * word being the one that is typed, and gets a line for each offer: the word, a tab, what it is. Words with
 * a slash, an equals sign or a colon at their end are to be gone on with, and get no space.
 */
const scripts: Readonly<Record<Shell, string>> = {
  // bash takes ":" and "=" for ends of words: what stands before the last of them is not replaced. The words come
  // from the line, because COMP_WORDS is cut there. No compopt and no negative index: macOS has bash 3.2.
  bash: `# wakerbench completion for bash. In ~/.bashrc:  eval "$(wakerbench completion bash)"
_wakerbench() {
  local line="\${COMP_LINE:0:COMP_POINT}" value rest typed kept
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  typed="\${words[\${#words[@]}-1]}"
  kept="\${typed%"\${typed##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    COMPREPLY+=("\${value#"$kept"}")
  done < <("\${words[0]}" completion complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[/=:] ]] && type compopt &>/dev/null; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _wakerbench wakerbench
`,
  zsh: `#compdef wakerbench
# wakerbench completion for zsh. In ~/.zshrc, after compinit:  eval "$(wakerbench completion zsh)"
_wakerbench() {
  local line value rest
  local -a whole begun
  for line in "\${(@f)$("\${words[1]}" completion complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    value=\${line%%$'\\t'*}
    rest=\${line#*$'\\t'}
    line="\${value//:/\\\\:}\${rest:+:$rest}"
    if [[ $value == *[/=:] ]]; then begun+=("$line"); else whole+=("$line"); fi
  done
  (( \${#whole} )) && _describe -t words wakerbench whole
  (( \${#begun} )) && _describe -t words wakerbench begun -S ''
  (( \${#whole} + \${#begun} ))
}
if [[ $funcstack[1] == _wakerbench ]]; then _wakerbench; else compdef _wakerbench wakerbench; fi
`,
  fish: `# wakerbench completion for fish:  wakerbench completion fish > ~/.config/fish/completions/wakerbench.fish
function __wakerbench_complete
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  $words[1] completion complete -- $words[2..-1] "$typed" 2>/dev/null
end
complete -c wakerbench -f -a '(__wakerbench_complete)'
`,
};

/** What the shell reads to complete the command. */
export function scriptOf(shell: Shell): string {
  return scripts[shell];
}
