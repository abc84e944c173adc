package dev.switchboard.process;

/**
 * What ending a tree came to.
 *
 * @param killed how many processes were ended
 * @param survivors how many were still there at the deadline; 0 unless something is very wrong
 */
public record TerminationReport(int killed, int survivors) {}
