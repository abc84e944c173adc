package dev.switchboard.messagelog.file.internal;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a segment's files: {@code messages_20260131T101530.123456Z_17.jsonl} begins with record 17, which was
 * appended at that time. So a listing of the directory tells where every record is, without a file being opened.
 */
final class SegmentName {
    static final String TEMPORARY = ".tmp";
    /** What recovery cut off because it could not be read is kept under the segment's name with this at the end. */
    static final String DAMAGED = ".damaged";

    private static final String SEGMENT = ".jsonl";
    private static final String INDEX = ".idx";
    private static final Pattern PATTERN =
            Pattern.compile("messages_(\\d{8})T(\\d{6})\\.(\\d{6})Z_([1-9]\\d{0,17})\\.jsonl");

    private SegmentName() {}

    static String of(long firstSeq, long firstMicros) {
        String time = MicroTime.format(firstMicros).replace("-", "").replace(":", "");
        return "messages_" + time + "_" + firstSeq + SEGMENT;
    }

    /** The segment that lies in this file, if its name is that of a segment. */
    static Optional<Segment> parse(Path file) {
        Matcher matcher = PATTERN.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String day = matcher.group(1);
        String time = matcher.group(2);
        String text =
                day.substring(0, 4) + "-" + day.substring(4, 6) + "-" + day.substring(6) + "T" + time.substring(0, 2)
                        + ":" + time.substring(2, 4) + ":" + time.substring(4) + "." + matcher.group(3) + "Z";
        long micros = MicroTime.parse(text);
        return micros == MicroTime.INVALID
                ? Optional.empty()
                : Optional.of(new Segment(file, Long.parseLong(matcher.group(4)), micros));
    }

    /** Where the index of a segment lies. */
    static Path indexOf(Path segment) {
        String name = segment.getFileName().toString();
        return segment.resolveSibling(name.substring(0, name.length() - SEGMENT.length()) + INDEX);
    }
}
