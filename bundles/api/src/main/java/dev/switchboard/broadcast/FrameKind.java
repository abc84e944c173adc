package dev.switchboard.broadcast;

/** What a frame is to those who choose what they receive. */
public enum FrameKind {
    /** A record other than an agent's line: states, prompts, errors, permission questions. */
    STATE,
    /** A record that is a line of an agent's output. */
    AGENT,
    /** A piece of an agent's line that is not finished yet: live only, never a record, only for those who asked. */
    PARTIAL,
    /** Anything else that is not a record. A subscriber that has fallen behind may miss it. */
    NOTICE
}
