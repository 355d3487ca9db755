const std = @import("std");

/// The version comes from build.zig.zon, which a test keeps equal to package.json.
const manifest = @import("build.zig.zon");

/// Zig 0.16 has these modes as fields, 0.17 as declarations: named in full, they work in both.
const Mode = std.builtin.OptimizeMode;

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{});
    const optimize = b.option(
        Mode,
        "optimize",
        "Optimization mode (default: ReleaseFast, since this is a benchmark)",
    ) orelse Mode.ReleaseFast;

    const library = b.addLibrary(.{
        .name = "wakerbench",
        .linkage = .dynamic,
        .root_module = module(b, target, optimize),
    });
    b.installArtifact(library);

    const tsan = b.option(bool, "tsan", "Run the tests under ThreadSanitizer") orelse false;
    const test_module = module(b, target, Mode.Debug);
    test_module.sanitize_thread = tsan;
    // Only LLVM's code has the calls that ThreadSanitizer listens to.
    const tests = b.addTest(.{ .root_module = test_module, .use_llvm = if (tsan) true else null });
    const test_step = b.step("test", "Run the tests beside the sources");
    test_step.dependOn(&b.addRunArtifact(tests).step);
    // The model's threads are fibers, of which ThreadSanitizer knows nothing.
    if (tsan) addTsanControl(b, target, test_step) else addModel(b, test_step);
    addStress(b, target, tsan);
    addPrebuilds(b);
}

/// The machines for which the package ships the library: as src/native/library.ts names them, and what Zig calls
/// them. Each is built for the oldest processor of its kind. 2.17 is the glibc of CentOS 7, and the first on arm64;
/// macOS 13 is the oldest that Bun runs on.
const prebuilt = [_]struct { name: []const u8, query: std.Target.Query }{
    .{ .name = "linux-x64", .query = linux(.x86_64, .gnu) },
    .{ .name = "linux-arm64", .query = linux(.aarch64, .gnu) },
    .{ .name = "linux-x64-musl", .query = linux(.x86_64, .musl) },
    .{ .name = "linux-arm64-musl", .query = linux(.aarch64, .musl) },
    .{ .name = "darwin-x64", .query = darwin(.x86_64) },
    .{ .name = "darwin-arm64", .query = darwin(.aarch64) },
};

fn linux(arch: std.Target.Cpu.Arch, abi: std.Target.Abi) std.Target.Query {
    return .{
        .cpu_arch = arch,
        .cpu_model = .baseline,
        .os_tag = .linux,
        .abi = abi,
        .glibc_version = if (abi == .gnu) .{ .major = 2, .minor = 17, .patch = 0 } else null,
    };
}

fn darwin(arch: std.Target.Cpu.Arch) std.Target.Query {
    return .{
        .cpu_arch = arch,
        .cpu_model = .baseline,
        .os_tag = .macos,
        .os_version_min = .{ .semver = .{ .major = 13, .minor = 0, .patch = 0 } },
    };
}

/// prebuilds/NAME/libwakerbench.{so,dylib} in the sources themselves, which are what is packed.
fn addPrebuilds(b: *std.Build) void {
    const step = b.step("prebuilds", "Build the library for every machine that the package is for");
    const files = b.addUpdateSourceFiles();
    for (prebuilt) |machine| {
        const library = b.addLibrary(.{
            .name = "wakerbench",
            .linkage = .dynamic,
            .root_module = module(b, b.resolveTargetQuery(machine.query), Mode.ReleaseFast),
        });
        const extension = if (machine.query.os_tag == .macos) "dylib" else "so";
        const path = b.fmt("prebuilds/{s}/libwakerbench.{s}", .{ machine.name, extension });
        files.addCopyFileToSource(library.getEmittedBin(), path);
    }
    step.dependOn(&files.step);
}

/// Real threads on the ring's protocol, with pauses at random.
fn addStress(b: *std.Build, target: std.Build.ResolvedTarget, tsan: bool) void {
    const seconds = b.option(u32, "seconds", "How long to stress the ring (60)") orelse 60;
    const options = b.addOptions();
    options.addOption(u64, "seconds", seconds);
    const unfenced = b.option(bool, "unfenced", "Stress it without its fences: it must fail") orelse
        false;
    options.addOption(bool, "unfenced", unfenced);
    const root = b.createModule(.{
        .root_source_file = b.path("zig/ring_stress.zig"),
        .target = target,
        .optimize = Mode.ReleaseFast,
        .link_libc = true,
        .sanitize_thread = tsan,
        .strip = !tsan,
    });
    root.addOptions("options", options);
    const program = b.addExecutable(.{ .name = "ring-stress", .root_module = root });
    const run = b.addRunArtifact(program);
    // Never from the cache: each run draws other pauses.
    run.has_side_effects = true;
    b.step("stress", "Stress the ring with threads that pause at random").dependOn(&run.step);
}

/// A race on purpose, which must be found.
fn addTsanControl(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    test_step: *std.Build.Step,
) void {
    const control = b.addExecutable(.{
        .name = "tsan-control",
        .use_llvm = true,
        .root_module = b.createModule(.{
            .root_source_file = b.path("zig/tsan_control.zig"),
            .target = target,
            .optimize = Mode.Debug,
            .link_libc = true,
            .sanitize_thread = true,
        }),
    });
    const run = b.addRunArtifact(control);
    // ThreadSanitizer's own status for a program in which it has found something.
    run.expectExitCode(66);
    run.addCheck(.{ .expect_stderr_match = "WARNING: ThreadSanitizer: data race" });
    test_step.dependOn(&run.step);
}

/// Every execution of small cases of the ring, on a machine with weak memory: zig/ring_model.zig.
fn addModel(b: *std.Build, test_step: *std.Build.Step) void {
    const deep = b.option(bool, "deep", "Let the model explore larger cases, too") orelse false;
    test_step.dependOn(&b.addRunArtifact(modelTests(b, deep, false)).step);
    const step = b.step("model", "Explore the ring's protocol, and say how many executions there are");
    // Run as a command, it is heard as it goes.
    const run: *std.Build.Step.Run = .create(b, "explore the ring's protocol");
    run.addArtifactArg(modelTests(b, deep, true));
    step.dependOn(&run.step);
}

fn modelTests(b: *std.Build, deep: bool, report: bool) *std.Build.Step.Compile {
    const options = b.addOptions();
    options.addOption(bool, "deep", deep);
    options.addOption(bool, "report", report);
    const root = b.createModule(.{
        .root_source_file = b.path("zig/ring_model.zig"),
        .target = b.graph.host,
        // Millions of executions: a debug build would take ten times as long.
        .optimize = Mode.ReleaseSmall,
        .link_libc = true,
        .strip = true,
    });
    root.addOptions("options", options);
    return b.addTest(.{ .name = "ring-model", .root_module = root });
}

fn module(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: Mode,
) *std.Build.Module {
    const options = b.addOptions();
    options.addOption([:0]const u8, "version", manifest.version);
    const root = b.createModule(.{
        .root_source_file = b.path("zig/root.zig"),
        .target = target,
        .optimize = optimize,
        // JavaScriptCore needs threads that pthreads knows.
        .link_libc = true,
        .strip = optimize != Mode.Debug,
    });
    root.addOptions("options", options);
    return root;
}
