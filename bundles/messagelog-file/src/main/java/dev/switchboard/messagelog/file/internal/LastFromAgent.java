package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Message;
import dev.switchboard.message.Origin;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Finds the last record that came from an agent: every index tells the last one in its segment. */
final class LastFromAgent {
    private final String agent;
    private final IndexCache indexes;

    LastFromAgent(String agent, IndexCache indexes) {
        this.agent = agent;
        this.indexes = indexes;
    }

    Optional<Message> in(LogView view) throws IOException {
        for (int place = view.segments().size() - 1; place >= 0; place--) {
            Segment segment = view.segments().get(place);
            boolean active = view.isActive(place);
            Map<String, Long> agents =
                    active ? view.agents() : indexes.summary(segment).agents();
            Long last = agents.get(agent);
            if (last != null) {
                SegmentIndex index = active ? view.active() : indexes.index(segment);
                Optional<Message> message = search(segment, index, Math.min(last, index.lastSeq()));
                if (message.isPresent()) {
                    return message;
                }
            }
        }
        return Optional.empty();
    }

    /** Goes back from a record until there is one that can be read; usually it is the first that is looked at. */
    private Optional<Message> search(Segment segment, SegmentIndex index, long last) throws IOException {
        try (RecordReader reader = new RecordReader(segment, index, false)) {
            for (long seq = last; seq >= index.firstSeq(); seq--) {
                if (index.code(seq) != SegmentIndex.DAMAGED) {
                    Optional<Message> message = reader.read(seq);
                    if (message.flatMap(Message::origin).map(Origin::agent).equals(Optional.of(agent))) {
                        return message;
                    }
                }
            }
        }
        return Optional.empty();
    }
}
