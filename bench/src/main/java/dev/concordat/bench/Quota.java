package dev.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A share of the processors that one process may take, kept by a control group of Linux; takes root. */
final class Quota implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 100_000;

    private final Path group;
    private final boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));

    /** Without limit at first. */
    Quota(ProcessHandle process) throws IOException {
        group = Files.createDirectory(ROOT.resolve(unified ? "" : "cpu").resolve("concordat-bench-" + process.pid()));
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
    }

    void limit(double processors) throws IOException {
        set(Long.toString((long) (processors * PERIOD_MICROS)));
    }

    void lift() throws IOException {
        set(unified ? "max" : "-1");
    }

    private void set(String micros) throws IOException {
        Files.writeString(group.resolve(unified ? "cpu.max" : "cpu.cfs_quota_us"), unified ? micros + " " + PERIOD_MICROS : micros);
    }

    @Override
    public void close() throws IOException {
        for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
            Files.writeString(group.resolveSibling("cgroup.procs"), process);
        }
        Files.delete(group);
    }
}
