package dev.switchboard.store.postgresql.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Where a page begins, as a text: the first {@code seq} to look at, and a digest of it with the log's epoch and with
 * what the query asks for. How much of it is asked for at a time is not part of it.
 */
final class Cursor {
    private static final int DIGEST = 12;

    private final UUID epoch;
    private final MessageQuery query;

    Cursor(UUID epoch, MessageQuery query) {
        this.epoch = epoch;
        this.query = query;
    }

    String encode(long seq) {
        byte[] bytes =
                ByteBuffer.allocate(8 + DIGEST).putLong(seq).put(digest(seq)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws SwitchboardException if the text is not a cursor of this log and this query */
    long decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == 8 + DIGEST) {
                long seq = ByteBuffer.wrap(bytes).getLong();
                if (Arrays.equals(bytes, 8, bytes.length, digest(seq), 0, DIGEST)) {
                    return seq;
                }
            }
        } catch (IllegalArgumentException e) {
            // answered below, like a cursor of another query
        }
        throw new SwitchboardException(
                ErrorCode.VALIDATION_FAILED,
                "cursor does not belong to this log and this query; use the next_cursor of an answer to the same query,"
                        + " or begin again without one",
                Map.of("field", "cursor"));
    }

    private byte[] digest(long seq) {
        StringBuilder text = new StringBuilder(200)
                .append(epoch)
                .append('\n')
                .append(seq)
                .append('\n')
                .append(query.since())
                .append('\n')
                .append(query.before())
                .append('\n')
                .append(query.afterSeq())
                .append('\n')
                .append(query.beforeSeq())
                .append('\n')
                .append(query.order())
                .append('\n')
                .append(new TreeSet<>(query.directions()));
        for (String type : new TreeSet<>(query.types())) {
            text.append('\n').append(type.length()).append(' ').append(type);
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest, DIGEST);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
