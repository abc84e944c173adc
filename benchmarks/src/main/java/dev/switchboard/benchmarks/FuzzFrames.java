package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What one connection sends: requests that fit their schema, damaged ones, and what never was a request. The same seed makes the
 * same messages, apart from the ids that the server gives. What costs the server much, or would start agents, is rare.
 */
final class FuzzFrames {
    /** Messages that cost the connection: few, so that most of a run is not connecting anew. */
    private static final int FATAL_ONE_IN = 1_000;

    /** A wrong token closes the connection; further ones may be held against the address. */
    private static final int WRONG_TOKEN_ONE_IN = 100_000;

    private static final int RUN_ONE_IN = 5_000;
    private static final int RECORD_ONE_IN = 10;

    /** No executor has this name: what projects of this one are asked to run is refused. */
    static final String NO_EXECUTOR = "nobody";

    /** How many directories for projects of its own each connection has. */
    static final int DIRECTORIES = 4;

    private static final int NOT_TEXT = 1003;
    private static final int NOT_UTF8 = 1007;
    private static final int REFUSED = 1008;
    private static final int TOO_LARGE = 1009;

    private static final byte[][] NO_UTF8 = {
        {(byte) 0xFF},
        {'{', (byte) 0xC0, (byte) 0x80, '}'},
        {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
        {(byte) 0xE2, (byte) 0x82}
    };

    /** Those that make records or change what others see are rare, so that the logs do not become the test. */
    private static final List<String> RARE =
            List.of("agent_new_session", "project_configure", "project_create", "project_delete", "project_list");

    private static final int RARE_ONE_IN = 10;

    private final Random random;
    private final SchemaSampler sampler;
    private final JsonVandal vandal;
    private final List<String> types = List.copyOf(MessageSchemas.open().requestTypes());
    private final String name;
    private final List<String> projects;
    private final String runner;
    private final Path directory;
    private final String token;
    private long sent;
    private String own = "00000000-0000-4000-8000-000000000000";

    /**
     * A message.
     *
     * @param binary whether it goes as what it must not be
     * @param closesWith the code that it costs the connection; 0 if none
     */
    record Shot(byte[] payload, boolean binary, int closesWith) {
        static Shot of(String text) {
            return new Shot(text.getBytes(StandardCharsets.UTF_8), false, 0);
        }
    }

    /**
     * What all connections of a round share.
     *
     * @param projects the ids of projects that are not deleted, and have no executor
     * @param runner the id of the one that has one
     * @param base where the connections' own projects are
     */
    record World(List<String> projects, String runner, Path base, String token) {}

    FuzzFrames(long seed, String name, World world) {
        this.random = new Random(seed);
        this.sampler = new SchemaSampler(random);
        this.vandal = new JsonVandal(random);
        this.name = name;
        this.projects = world.projects();
        this.runner = world.runner();
        this.directory = world.base().resolve(name);
        this.token = world.token();
    }

    /** A project was made, or just shown: one of this connection's own may be deleted. */
    void shown(JsonNode project) {
        if (project.get("path").asText().startsWith(directory + "/")) {
            own = project.get("id").asText();
        }
    }

    Shot next() {
        sent++;
        if (random.nextInt(FATAL_ONE_IN) == 0) {
            return fatal();
        }
        if (random.nextInt(RUN_ONE_IN) == 0) {
            ObjectNode run = frame("execute");
            run.put("project_id", runner);
            run.putObject("data").put("prompt", "hello");
            return Shot.of(Json.text(run));
        }
        int kind = random.nextInt(100);
        if (kind < 6) {
            return Shot.of(vandal.junk());
        }
        ObjectNode frame = valid();
        if (kind < 45 || frame.get("type").asText().equals("auth")) {
            return Shot.of(Json.text(frame));
        }
        if (kind < 80) {
            return Shot.of(vandal.damageTree(frame));
        }
        return Shot.of(kind < 90 ? vandal.doubleKey(frame) : vandal.damageText(Json.text(frame)));
    }

    private Shot fatal() {
        if (random.nextInt(WRONG_TOKEN_ONE_IN / FATAL_ONE_IN) == 0) {
            ObjectNode wrong = frame("auth");
            wrong.putObject("data").put("token", "swb_" + name);
            return new Shot(Json.bytes(wrong), false, REFUSED);
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Shot(Json.bytes(valid()), true, NOT_TEXT);
            case 1 -> new Shot(new byte[(1 << 20) + 1 + random.nextInt(1000)], false, TOO_LARGE);
            default -> new Shot(NO_UTF8[random.nextInt(NO_UTF8.length)], false, NOT_UTF8);
        };
    }

    private ObjectNode frame(String type) {
        return Json.object().put("type", type).put("request_id", name + "-" + sent);
    }

    /** A request that fits its schema, mostly about something that is there. */
    private ObjectNode valid() {
        String type = types.get(random.nextInt(types.size()));
        while (RARE.contains(type) && random.nextInt(RARE_ONE_IN) != 0) {
            type = types.get(random.nextInt(types.size()));
        }
        ObjectNode frame = frame(type);
        ObjectNode data = sampler.request(type);
        data.remove("project_id");
        String about = projects.get(random.nextInt(projects.size()));
        switch (type) {
            case "auth" -> data.put("token", token);
            case "project_create" -> {
                data.put(
                        "path",
                        directory
                                .resolve(Integer.toString(random.nextInt(DIRECTORIES)))
                                .toString());
                data.put("executor", NO_EXECUTOR);
            }
            case "project_configure" -> data.put("executor", NO_EXECUTOR);
            case "project_delete" -> {
                about = own;
                data.put("project_id", own); // twice: without one it would be the project that was joined
                frame.put("project_id", own);
            }
            case "project_join" -> boundReplay(data);
            case "agent_new_session" -> boundRecords(data);
            case "get_messages" -> data.put("limit", random.nextInt(20));
            default -> {
                // as it came from the schema
            }
        }
        if (random.nextInt(20) != 0) {
            (random.nextBoolean() ? frame : data).put("project_id", about);
        }
        frame.set("data", data);
        return frame;
    }

    /** To be shown everything again is a lot, if everybody asks for it all the time. */
    private void boundReplay(ObjectNode data) {
        if (random.nextInt(RARE_ONE_IN) != 0) {
            data.remove("after_seq");
        }
    }

    /** A session that no log knows is refused; a new one is a record, which every subscriber gets. */
    private void boundRecords(ObjectNode data) {
        if (random.nextInt(RECORD_ONE_IN) != 0) {
            data.put("session_id", "none");
        }
    }
}
