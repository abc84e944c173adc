package dev.switchboard.gateway.internal;

import dev.switchboard.gateway.FrameHandler;

/**
 * A handler that answers from memory, at once: it waits for no disk, no service that may take its time, and nobody's answer. It is
 * called by the thread that reads the socket, which reads those of other clients too; that saves each request three changes of
 * threads, which cost more than the answer.
 */
public interface PromptHandler extends FrameHandler {}
