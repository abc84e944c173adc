package dev.switchboard.process.internal;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Linux's {@code /proc}. A process that goes while it is looked at is simply not there. */
final class ProcProcessTable implements ProcessTable {
    private static final byte[] COOKIE_NAME = (COOKIE + "=").getBytes(StandardCharsets.US_ASCII);
    /** Linux limits arguments and environment to a quarter of the stack's limit, usually 2 MiB. */
    private static final int MAX_ENVIRONMENT = 8 << 20;

    private static final int STAT_BYTES = 1024;

    private final String proc;
    private final String boot;

    ProcProcessTable(Path proc) {
        this.proc = proc + "/";
        this.boot = bootId(proc);
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        byte[] buffer = new byte[STAT_BYTES];
        try (InputStream in = new FileInputStream(proc + pid + "/stat")) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            return parse(pid, new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty(); // it has gone
        }
    }

    @Override
    public List<ProcessEntry> all() {
        String[] names = Path.of(proc).toFile().list();
        List<ProcessEntry> entries = new ArrayList<>();
        for (String name : names == null ? new String[0] : names) {
            char first = name.charAt(0);
            if (first >= '1' && first <= '9') {
                find(Long.parseLong(name)).ifPresent(entries::add);
            }
        }
        return entries;
    }

    @Override
    public Optional<String> cookie(long pid) {
        try (InputStream in = new FileInputStream(proc + pid + "/environ")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n > 0 && bytes.size() < MAX_ENVIRONMENT; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
            }
            return value(bytes.toByteArray());
        } catch (IOException e) {
            return Optional.empty(); // it has gone, or belongs to somebody else
        }
    }

    /** The last word of {@code loadavg}. */
    @Override
    public long newest() {
        byte[] buffer = new byte[STAT_BYTES];
        try (InputStream in = new FileInputStream(proc + "loadavg")) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            String line = new String(buffer, 0, length, StandardCharsets.ISO_8859_1).strip();
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        } catch (IOException | NumberFormatException e) {
            return ProcessEntry.UNKNOWN;
        }
    }

    /** A thread's id has a directory too, but one that is not listed. */
    @Override
    public boolean isOwnThread(long id) {
        return Files.exists(Path.of(proc + "self/task/" + id));
    }

    @Override
    public boolean readsCookies() {
        return true;
    }

    /** {@code pid (name) state ppid pgrp session …}; the name may contain anything, spaces and parentheses too. */
    private Optional<ProcessEntry> parse(long pid, String stat) {
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(name + 2).split(" "); // [0] is the third field of proc(5), the state
        if (fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X")) {
            return Optional.empty();
        }
        return Optional.of(
                new ProcessEntry(pid, Long.parseLong(fields[1]), Long.parseLong(fields[3]), boot + "/" + fields[19]));
    }

    private static Optional<String> value(byte[] environment) {
        for (int start = 0; start < environment.length; ) {
            int end = start;
            while (end < environment.length && environment[end] != 0) {
                end++;
            }
            if (startsWithName(environment, start, end)) {
                int from = start + COOKIE_NAME.length;
                return Optional.of(new String(environment, from, end - from, StandardCharsets.UTF_8));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static boolean startsWithName(byte[] environment, int start, int end) {
        if (end - start < COOKIE_NAME.length) {
            return false;
        }
        for (int i = 0; i < COOKIE_NAME.length; i++) {
            if (environment[start + i] != COOKIE_NAME[i]) {
                return false;
            }
        }
        return true;
    }

    /** Start times count from the boot, so they mean something only together with it. */
    private static String bootId(Path proc) {
        try {
            return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown-boot";
        }
    }
}
