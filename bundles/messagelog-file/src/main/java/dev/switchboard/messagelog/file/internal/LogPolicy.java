package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;

/**
 * When records count as kept, when a segment ends, and how long it stays.
 *
 * @param durability when a record may be shown
 * @param segmentBytes a batch that would take a segment past this size goes into the next one
 * @param segmentRecords a batch that would take a segment past this many records goes into the next one
 * @param daily whether a segment ends at midnight UTC
 * @param retainDays a segment is removed when its last record is older; 0 = never
 * @param retainBytes the oldest segments of a project are removed while all of them together are larger; 0 = never
 */
record LogPolicy(
        Durability durability, long segmentBytes, int segmentRecords, boolean daily, int retainDays, long retainBytes) {
    static LogPolicy of(Settings settings) {
        return new LogPolicy(
                settings.get(ServerSettings.LOG_DURABILITY),
                settings.get(ServerSettings.LOG_ROTATE_BYTES),
                settings.get(ServerSettings.LOG_ROTATE_RECORDS),
                settings.get(ServerSettings.LOG_ROTATE_DAILY),
                settings.get(ServerSettings.LOG_RETAIN_DAYS),
                settings.get(ServerSettings.LOG_RETAIN_BYTES));
    }

    /** Whether the segment ends before a batch of so many records and about so many bytes, appended at this time. */
    boolean ends(Segment segment, IndexBuilder index, int records, long bytes, long micros) {
        return index.end() + bytes > segmentBytes
                || index.count() + (long) records > segmentRecords
                || daily && MicroTime.day(segment.firstMicros()) != MicroTime.day(micros)
                || index.full();
    }

    boolean removesAny() {
        return retainDays > 0 || retainBytes > 0;
    }
}
