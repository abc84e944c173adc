package dev.switchboard.shell.internal;

import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import java.time.Instant;

/** Shows records as the frames that clients get, one on a line. */
public final class FrameView implements RecordView {
    private final ProjectId project;
    private final Console console;

    public FrameView(ProjectId project, Console console) {
        this.project = project;
        this.console = console;
    }

    @Override
    public void show(Message message) {
        console.content(OutboundFrames.record(project, message, false));
    }

    @Override
    public void missing(Gap gap) {
        console.content(OutboundFrames.notice("gap", project, Instant.now(), Json.content(Payloads.gap(gap))));
    }

    @Override
    public void replaced() {
        // The next frame's seq tells.
    }
}
