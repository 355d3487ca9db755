import { existsSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import type { Native } from "../native/library.ts";
import { machineName } from "./machine.ts";
import type { Environment, Warning } from "./schema.ts";

/** What the machine says of itself: files of Linux's /proc and /sys, or nothing. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

/**
 * The facts of this machine that decide what a latency means, with a warning for each that would
 * spoil a measurement.
 *
 * @throws WakerbenchError USAGE: WAKERBENCH_MACHINE is no name
 */
export function describeEnvironment(native: Native): Environment {
  const cpus = os.cpus();
  const machine = machineName();
  const facts = {
    ...(machine === undefined ? {} : { machine }),
    runtime: `bun@${Bun.version}`,
    os: osName(),
    kernel: os.release(),
    arch: process.arch,
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    virtualised: hypervisor(),
    governor: readText("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    clockResolutionNs: Number(native.symbols.wb_clock_resolution_ns()),
    zig: String(native.symbols.wb_zig_version()),
  };
  return { ...facts, warnings: warningsFor(facts) };
}

function osName(): string {
  const release = readText("/etc/os-release");
  const name = release?.match(/^PRETTY_NAME="?([^"\n]+)"?$/m)?.[1];
  return name ?? `${os.type()} ${os.release()}`;
}

/** The hypervisor's name, "yes" when only its presence shows, null on bare metal or unknown. */
function hypervisor(): string | null {
  const product = readText("/sys/class/dmi/id/product_name");
  const known = /KVM|VMware|VirtualBox|QEMU|Virtual Machine|HVM|Firecracker|Google Compute/i;
  if (product !== null && known.test(product)) return product;
  if (existsSync("/proc/xen/capabilities")) return "Xen";
  const flags = readText("/proc/cpuinfo")?.match(/^flags\s*:.*$/m)?.[0] ?? "";
  return /\bhypervisor\b/.test(flags) ? "yes" : null;
}

type Facts = Omit<Environment, "warnings">;

function warningsFor(facts: Facts): Warning[] {
  return [
    fewCores(facts),
    virtualMachine(facts),
    coarseClock(facts),
    slowGovernor(facts),
    busyMachine(facts),
    cpuQuota(),
    clockSource(),
    parkingUnprovable(),
  ].filter((warning) => warning !== null);
}

function fewCores({ cores }: Facts): Warning | null {
  if (cores >= 2) return null;
  return {
    code: "ONE_CORE",
    message: "this process may use one core only: cross-core wakes cannot be measured",
    remedy: "give the container or the `taskset` two cores or more",
  };
}

function virtualMachine({ virtualised }: Facts): Warning | null {
  if (virtualised === null) return null;
  const named = virtualised === "yes" ? "" : ` (${virtualised})`;
  return {
    code: "VIRTUAL_MACHINE",
    message: `this is a virtual machine${named}: waking an idle core costs an exit to the hypervisor`,
    remedy: "compare rows of one run only; measure on bare metal for cross-core figures to quote",
  };
}

function coarseClock({ clockResolutionNs }: Facts): Warning | null {
  if (clockResolutionNs <= 100) return null;
  return {
    code: "COARSE_CLOCK",
    message: `the monotonic clock ticks in ${clockResolutionNs} ns`,
    remedy: "use a kernel with high-resolution timers",
  };
}

function slowGovernor({ governor }: Facts): Warning | null {
  if (governor === null || governor === "performance") return null;
  return {
    code: "GOVERNOR",
    message: `the CPU governor is "${governor}": cores change their speed while they are measured`,
    remedy: "sudo cpupower frequency-set -g performance",
  };
}

function busyMachine({ cores }: Facts): Warning | null {
  const [load = 0] = os.loadavg();
  if (load < Math.max(0.5, cores / 4)) return null;
  return {
    code: "LOAD",
    message: `other programs are running: the load average is ${load.toFixed(1)} on ${cores} cores`,
    remedy: "end them, or wait until the machine is quiet",
  };
}

function cpuQuota(): Warning | null {
  const text = readText("/sys/fs/cgroup/cpu.max");
  const [quota, period] = text?.split(" ").map(Number) ?? [];
  if (quota === undefined || period === undefined || Number.isNaN(quota)) return null;
  return {
    code: "CPU_QUOTA",
    message: `the container may use ${(quota / period).toFixed(1)} cores' worth of time and is halted beyond`,
    remedy: "run it without a CPU limit; pin it with --cpuset-cpus instead",
  };
}

function clockSource(): Warning | null {
  const source = readText("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  if (source === null || /^(tsc|kvm-clock|arch_sys_counter|hyperv_clocksource.*)$/.test(source)) {
    return null;
  }
  return {
    code: "SLOW_CLOCK",
    message: `the kernel's clock source is "${source}": each stamp is a system call`,
    remedy: "boot with clocksource=tsc where the hardware allows it",
  };
}

function parkingUnprovable(): Warning | null {
  if (process.platform === "linux" && canList("/proc/self/task")) return null;
  return {
    code: "NO_PROOF_OF_PARKING",
    message: "this platform cannot tell whether the loop slept when it was notified",
    remedy: "measure on Linux with /proc mounted for latencies of an idle loop",
  };
}

function canList(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}
