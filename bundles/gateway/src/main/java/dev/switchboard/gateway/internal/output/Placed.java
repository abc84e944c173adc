package dev.switchboard.gateway.internal.output;

/**
 * A message that belongs to a place in a project's stream.
 *
 * @param afterSeq the record that it comes behind; 0 if at once
 */
record Placed(long afterSeq, Outgoing message) {}
