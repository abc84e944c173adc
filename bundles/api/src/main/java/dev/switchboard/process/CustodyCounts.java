package dev.switchboard.process;

/**
 * Figures since the server started.
 *
 * @param launched agents launched
 * @param living agents alive just now
 * @param killed processes ended by terminations and sweeps
 * @param survivors processes that were still there at a termination's deadline
 */
public record CustodyCounts(long launched, int living, long killed, long survivors) {}
