package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Direction;
import dev.switchboard.message.MessageQuery;
import java.util.Set;

/** The directions and types that a query asks for. */
final class EntryFilter {
    private final Set<Direction> directions;
    private final Set<String> types;

    EntryFilter(MessageQuery query) {
        directions = query.directions();
        types = query.types();
    }

    /** For each code of a segment with these types, whether it is asked for. */
    boolean[] accepted(String[] segmentTypes) {
        boolean[] accepted = new boolean[segmentTypes.length * SegmentIndex.CODES_PER_TYPE];
        for (int type = 0; type < segmentTypes.length; type++) {
            if (types.isEmpty() || types.contains(segmentTypes[type])) {
                for (Direction direction : directions) {
                    accepted[SegmentIndex.code(type, direction)] = true;
                }
            }
        }
        return accepted;
    }
}
