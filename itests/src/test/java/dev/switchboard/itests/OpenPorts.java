package dev.switchboard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a process listens on, as Linux tells in its tables. */
final class OpenPorts {
    private static final String LISTENING = "0A";
    /** 127.0.0.1 and ::1 as they stand there, also as IPv6 has the former. */
    private static final String LOOPBACK = "(0{16}FFFF0000)?0100007F|0{24}01000000";

    private OpenPorts() {}

    /** @param address in hexadecimal, in the kernel's order */
    record OpenPort(String address, int port) {
        boolean isLoopback() {
            return address.matches(LOOPBACK);
        }
    }

    static List<OpenPort> of(long pid) throws IOException {
        String descriptors;
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            descriptors = files.map(OpenPorts::target).collect(Collectors.joining(" "));
        }
        List<OpenPort> open = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields[3].equals(LISTENING) && descriptors.contains("socket:[" + fields[9] + "]")) {
                    String[] local = fields[1].split(":");
                    open.add(new OpenPort(local[0], Integer.parseInt(local[1], 16)));
                }
            }
        }
        return open;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
