package dev.switchboard.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.benchmarks.FuzzFrames.Shot;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.protocol.schema.SchemaViolation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One connection that sends what {@link FuzzFrames} makes, some at a time, and waits for every answer that there must be. A
 * connection that was lost by rule is replaced. For one thread.
 */
final class FuzzClient {
    private static final int AT_A_TIME = 16;
    private static final int MOST_BYTES_AT_A_TIME = 128 * 1024;
    private static final int FIN = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int POLICY = 1008;
    private static final int TOO_LARGE = 1009;
    private static final Set<String> QUIET = Set.of("ping", "heartbeat");

    private final FuzzFrames frames;
    private final FuzzFindings findings;
    private final RawSocket.Address address;
    private final Random random;
    private RawSocket socket;

    /** Ids of requests that have to be answered and are not yet. */
    private final Set<String> open = new HashSet<>();
    /** Errors without an id that have to come, that may come, and that came; over the connection's life. */
    private long mustComeUnnamed;

    private long mayComeUnnamed;
    private long cameUnnamed;

    FuzzClient(FuzzFrames frames, FuzzFindings findings, RawSocket.Address address, long seed) {
        this.frames = frames;
        this.findings = findings;
        this.address = address;
        this.random = new Random(seed);
    }

    /** Sends so many messages. */
    void run(int count) throws IOException {
        socket = RawSocket.connect(address);
        try {
            for (int sent = 0; sent < count; ) {
                sent += volley(Math.min(AT_A_TIME, count - sent));
            }
        } finally {
            socket.close();
        }
    }

    private int volley(int count) throws IOException {
        List<Shot> shots = new ArrayList<>();
        int bytes = 0;
        int closesWith = 0;
        while (shots.size() < count && bytes < MOST_BYTES_AT_A_TIME && closesWith == 0) {
            Shot shot = frames.next();
            shots.add(shot);
            bytes += shot.payload().length;
            closesWith = shot.closesWith();
        }
        try {
            for (Shot shot : shots) {
                if (shot.closesWith() != 0) {
                    awaitAnswers();
                }
                expectAnswer(shot);
                send(shot);
            }
            if (closesWith != 0) {
                endsWith(closesWith);
            } else {
                awaitAnswers();
            }
        } catch (IOException e) {
            findings.broken("no answer (" + e + ") to one of " + brief(shots) + "; open: " + open);
            socket.close();
            reconnect();
        }
        return shots.size();
    }

    private void awaitAnswers() throws IOException {
        while (!open.isEmpty() || cameUnnamed < mustComeUnnamed) {
            receive();
        }
        if (cameUnnamed > mustComeUnnamed + mayComeUnnamed) {
            throw new IOException("more errors than messages that are wrong");
        }
    }

    private void expectAnswer(Shot shot) {
        findings.sent(shot.payload().length);
        if (shot.closesWith() != 0) {
            if (shot.closesWith() == POLICY) {
                open.add(Json.text(read(shot.payload()).get("request_id")));
            }
            mustComeUnnamed += shot.closesWith() == TOO_LARGE ? 1 : 0;
            return;
        }
        InboundFrame.Raw raw;
        try {
            raw = InboundFrame.parse(shot.payload());
        } catch (SwitchboardException e) {
            mustComeUnnamed++;
            return;
        }
        boolean quiet = raw.type().filter(QUIET::contains).isPresent();
        if (raw.requestId().isPresent()) {
            if (!quiet) {
                open.add(Json.text(raw.requestId().get()));
            }
        } else if (raw.type().isEmpty() || isNoEnvelope(raw)) {
            mustComeUnnamed++;
        } else {
            mayComeUnnamed++;
        }
    }

    private static boolean isNoEnvelope(InboundFrame.Raw raw) {
        try {
            raw.envelope();
            return false;
        } catch (SwitchboardException e) {
            return true;
        }
    }

    /** As one frame, or in pieces with a ping between them. */
    private void send(Shot shot) throws IOException {
        int first = shot.binary() ? BINARY : TEXT;
        byte[] payload = shot.payload();
        if (payload.length < 2 || random.nextInt(8) != 0) {
            socket.send(FIN | first, payload);
            return;
        }
        int cut = 1 + random.nextInt(payload.length - 1);
        socket.send(first, Arrays.copyOf(payload, cut));
        if (random.nextBoolean()) {
            socket.send(FIN | PING, new byte[] {1});
        }
        socket.send(FIN, Arrays.copyOfRange(payload, cut, payload.length));
    }

    private void receive() throws IOException {
        RawSocket.Message message = socket.next();
        if (message.opCode() == CLOSE) {
            throw new IOException("closed with " + message.closeCode());
        }
        take(message.payload());
    }

    private void take(byte[] text) {
        JsonNode frame = read(text);
        findings.received(text.length);
        String type = frame.path("type").asText();
        Optional<SchemaViolation> wrong =
                MessageSchemas.strict().ofFrameEnvelope().check(frame);
        wrong = wrong.isPresent()
                ? wrong
                : MessageSchemas.strict().ofFrame(type).flatMap(schema -> schema.check(frame.get("data")));
        wrong.ifPresent(what -> findings.broken(what.message() + " in " + brief(text)));
        Optional<String> id = Optional.ofNullable(frame.get("request_id")).map(Json::text);
        id.ifPresent(open::remove);
        if (type.equals("error") && !frame.has("seq")) {
            String code = frame.at("/data/code").asText();
            findings.answered(code);
            if (code.equals("INTERNAL_ERROR")) {
                findings.broken(brief(text));
            }
            cameUnnamed += id.isEmpty() ? 1 : 0;
        } else if (id.isPresent()) {
            findings.answered(type);
            if (type.equals("project_state")) {
                frames.shown(frame.get("data"));
            }
        }
    }

    private static JsonNode read(byte[] text) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + brief(text), e);
        }
    }

    /** The connection is closed with a code, behind the answers to what was sent before. */
    private void endsWith(int code) throws IOException {
        RawSocket.Message message = socket.next();
        while (message.opCode() != CLOSE) {
            take(message.payload());
            message = socket.next();
        }
        if (message.closeCode() != code || !open.isEmpty() || cameUnnamed < mustComeUnnamed) {
            findings.broken("closed with " + message.closeCode() + " in place of " + code + "; not answered: " + open);
        }
        findings.closed(message.closeCode());
        socket.send(FIN | CLOSE, message.payload());
        socket.close();
        reconnect();
    }

    private void reconnect() throws IOException {
        open.clear();
        mustComeUnnamed = 0;
        mayComeUnnamed = 0;
        cameUnnamed = 0;
        socket = RawSocket.connect(address);
    }

    private static String brief(List<Shot> shots) {
        StringBuilder all = new StringBuilder();
        shots.forEach(shot -> all.append("\n    ").append(brief(shot.payload())));
        return all.toString();
    }

    private static String brief(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
