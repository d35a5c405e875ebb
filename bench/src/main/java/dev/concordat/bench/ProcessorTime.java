package dev.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** User and system time of processes, as Linux tells it in {@code /proc}; elsewhere that of PostgreSQL is not known. */
final class ProcessorTime {
    private static final int TICKS_A_SECOND = 100;
    private static final int PARENT = 1;
    private static final int OWN = 11;
    private static final int WITH_CHILDREN = 15;

    private ProcessorTime() {
    }

    /** Seconds of one process. */
    static double of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** Seconds of the whole PostgreSQL behind a connection, ended backends included; not a number where it cannot be told. */
    static double ofPostgres(Connection connection) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            long postmaster = stat(row.getLong(1))[PARENT];
            long ticks = sum(stat(postmaster), OWN, WITH_CHILDREN);
            try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    ticks += childTicks(process, postmaster);
                }
            }
            return (double) ticks / TICKS_A_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static long childTicks(Path process, long postmaster) {
        try {
            long[] stat = stat(Long.parseLong(process.getFileName().toString()));
            return stat[PARENT] == postmaster ? sum(stat, OWN, OWN + 2) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static long sum(long[] stat, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += stat[i];
        }
        return sum;
    }

    /** The numbers after the name: state (0), parent, ..., utime (11), stime, cutime, cstime. */
    private static long[] stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long[] numbers = new long[WITH_CHILDREN];
        for (int i = 1; i < WITH_CHILDREN; i++) {
            numbers[i] = Long.parseLong(words[i]);
        }
        return numbers;
    }
}
