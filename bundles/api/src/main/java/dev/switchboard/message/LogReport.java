package dev.switchboard.message;

import java.util.List;

/**
 * What a check of a project's log found.
 *
 * @param segments how many parts the log is kept in
 * @param records how many records there are, without those that cannot be read
 * @param bytes how much they need on the medium
 * @param missing how many records should be there and cannot be read
 * @param findings what is not as it should be, the oldest part first
 */
public record LogReport(int segments, long records, long bytes, long missing, List<Finding> findings) {
    public LogReport {
        findings = List.copyOf(findings);
    }

    /** Whether every record that should be there is. */
    public boolean whole() {
        return missing == 0;
    }

    /**
     * One thing that is not as it should be.
     *
     * @param part the part of the log that it is in, as its name is
     * @param from the first record concerned; 0 if no record is
     * @param to the last record concerned; 0 if no record is
     * @param problem what is wrong, for people
     * @param mended whether it is now as it should be, as far as it can be
     */
    public record Finding(String part, long from, long to, String problem, boolean mended) {}
}
