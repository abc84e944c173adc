package dev.switchboard.project;

/** What a project is doing; the constants' names are the wire's. */
public enum ProjectState {
    /** Nothing runs; the next prompt is welcome. */
    IDLE,
    /** A run is active; another is refused or queued. */
    EXECUTING,
    /** The last run failed. Accepts the next prompt as {@link #IDLE} does; a later join shows it as IDLE. */
    ERROR
}
