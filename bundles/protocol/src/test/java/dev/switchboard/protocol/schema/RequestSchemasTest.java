package dev.switchboard.protocol.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each field of a request may be, at its edges and one past them. */
class RequestSchemasTest {
    private static Optional<SchemaViolation> check(String type, String data) {
        try {
            JsonNode json = Json.read(data.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            return MessageSchemas.open().ofRequest(type).orElseThrow().checkRequest(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(data, e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "ping|{}",
                "heartbeat|{'a':[null,1e3]}",
                "health|{}",
                "health_check|{'detail':'full'}",
                "auth|{'token':'t'}",
                "hello|{}",
                "hello|{'capabilities':['permissions','','x']}",
                "project_create|{'path':'/tmp'}",
                "project_create|{'path':'/tmp','name':'','executor':null}",
                "project_create|{'path':'~/x','name':'x'}",
                "project_list|{'project_id':7}",
                "project_delete|{'project_id':''}",
                "project_configure|{'name':'x','executor':'echo','timeout_ms':-1}",
                "project_configure|{'timeout_ms':604800000}",
                "project_join|{'after_seq':0,'epoch':'','detail':'state'}",
                "project_join|{'after_seq':9223372036854775806,'detail':'all'}",
                "project_leave|{}",
                "execute|{'prompt':'x','queue':false,'options':{}}",
                "execute|{'prompt':[{'type':'text','text':'x','more':1}]}",
                "execute|{'prompt':[{'type':'text','text':' '},{'type':'text','text':'x'}]}",
                "execute|{'prompt':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':''}},{'type':'text','text':'x'}]}",
                "execute|{'prompt':'x','options':{'allowed_tools':['Bash(git *)'],'disallowed_tools':[]}}",
                "execute|{'prompt':'x','options':{'mcp_config':{'a':{'b':null}}}}",
                "execute|{'prompt':'x','options':{'mcp_config':'{}','strict_mcp_config':true}}",
                "execute|{'prompt':'x','options':{'append_system_prompt':'','ask':'remote'}}",
                "execute|{'prompt':'x','options':{'permission_mode':'plan','model':'a/b[1m]','fallback_model':'sonnet,haiku'}}",
                "execute|{'prompt':'x','options':{'add_dirs':['/tmp','relative']}}",
                "execute|{'prompt':'x','options':{'max_turns':0,'timeout_ms':0,'max_budget_usd':0.0001}}",
                "execute|{'prompt':'x','options':{'max_turns':1000000,'timeout_ms':604800000,'max_budget_usd':1000000}}",
                "execute|{'prompt':'x','options':{'max_budget_usd':1e3}}",
                "execute|{'prompt':'x','options':{'dangerously_skip_permissions':true,'include_partial_messages':true,'ask':'deny'}}",
                "agent_kill|{}",
                "agent_interrupt|{}",
                "agent_new_session|{'session_id':'','fork':false}",
                "session_list|{}",
                "permission_response|{'permission_id':'p','decision':'deny','message':'','updated_input':{},'remember':true}",
                "queue_cancel|{'execution_id':'x'}",
                "get_messages|{'since':'2026-01-31T10:15:30Z','before':'2026-01-31T10:15+02:00'}",
                "get_messages|{'after_seq':0,'before_seq':9223372036854775807,'limit':0,'offset':0}",
                "get_messages|{'limit':9223372036854775807,'direction':'all','types':[],'order':'desc','cursor':''}",
            })
    @DisplayName("D3 requests that are right are taken")
    void takes(String type, String data) {
        assertEquals(Optional.empty(), check(type, data));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "auth|{}|token is missing; expected a token: a text of 1 to 1024 characters",
                "auth|{'token':''}|token is too short; expected a token: a text of 1 to 1024 characters",
                "auth|{'token':7}|token is of the wrong type; expected a token: a text of 1 to 1024 characters",
                "hello|{'capabilities':'x'}|capabilities is of the wrong type; expected a list of at most 64 texts of at most 64 characters",
                "hello|{'capabilities':[1]}|capabilities is of the wrong type; expected a list of at most 64 texts of at most 64 characters",
                "project_create|{'name':'x'}|path is missing; expected the absolute path of a directory, a text of 1 to 4096 characters",
                "project_create|{'path':''}|path is too short; expected the absolute path of a directory, a text of 1 to 4096 characters",
                "project_create|{'path':['/']}|path is of the wrong type; expected the absolute path of a directory, a text of 1 to 4096 characters",
                "project_create|{'path':'/','name':1}|name is of the wrong type; expected a text of at most 128 characters",
                "project_create|{'path':'/','executor':{}}|executor is of the wrong type; expected the name of an executor, a text of at most 128 characters",
                "project_configure|{'name':[]}|name is of the wrong type; expected a text of at most 128 characters",
                "project_configure|{'executor':1}|executor is of the wrong type; expected the name of an executor, a text of at most 128 characters",
                "project_join|{'after_seq':-1}|after_seq is out of range; expected the number of the last record that you processed: a whole number from 0 to 9223372036854775806",
                "project_join|{'after_seq':9223372036854775807}|after_seq is out of range; expected the number of the last record that you processed: a whole number from 0 to 9223372036854775806",
                "project_join|{'after_seq':1.0}|after_seq is of the wrong type; expected the number of the last record that you processed: a whole number from 0 to 9223372036854775806",
                "project_join|{'epoch':1}|epoch is of the wrong type; expected the epoch that after_seq belongs to, a text of at most 128 characters",
                "project_join|{'detail':'some'}|detail is not right; expected all, or state for everything but agent_message",
                "project_join|{'detail':1e999999999}|detail is not right; expected all, or state for everything but agent_message",
                "get_messages|{'order':-1e-999999999}|order is not right; expected asc or desc",
                "get_messages|{'order':0e999999999}|order is not right; expected asc or desc",
                "execute|{'prompt':'x','queue':1}|queue is of the wrong type; expected true or false",
                "execute|{'prompt':'x','options':[]}|options is of the wrong type; expected an object with options of the run",
                "execute|{'prompt':'x','options':{'model':7}}|options.model is of the wrong type; expected a name of letters, digits and . _ : , / @ [ ] - that begins with a letter or a digit, of at most 256 characters",
                "execute|{'prompt':'x','options':{'max_turns':1000001}}|options.max_turns is out of range; expected a whole number from 0 to 1000000",
                "execute|{'prompt':'x','options':{'max_turns':1e3}}|options.max_turns is of the wrong type; expected a whole number from 0 to 1000000",
                "execute|{'prompt':'x','options':{'max_turns':99999999999999999999}}|options.max_turns is out of range; expected a whole number from 0 to 1000000",
                "execute|{'prompt':'x','options':{'timeout_ms':604800001}}|options.timeout_ms is out of range; expected a whole number of milliseconds from 0 to 604800000 (7 days)",
                "execute|{'prompt':'x','options':{'max_budget_usd':0}}|options.max_budget_usd is out of range; expected a number of dollars from 0.0001 to 1000000",
                "execute|{'prompt':'x','options':{'max_budget_usd':1e999999999}}|options.max_budget_usd is out of range; expected a number of dollars from 0.0001 to 1000000",
                "execute|{'prompt':'x','options':{'max_budget_usd':1e-999999999}}|options.max_budget_usd is out of range; expected a number of dollars from 0.0001 to 1000000",
                "execute|{'prompt':'x','options':{'max_budget_usd':'5'}}|options.max_budget_usd is of the wrong type; expected a number of dollars from 0.0001 to 1000000",
                "execute|{'prompt':'x','options':{'ask':'maybe'}}|options.ask is not right; expected remote (you are asked) or deny (the agent gets no for an answer)",
                "agent_new_session|{'session_id':7}|session_id is of the wrong type; expected the id of a session that session_list names, a text of at most 128 characters",
                "agent_new_session|{'fork':'yes'}|fork is of the wrong type; expected true or false (true needs session_id, the session to be forked)",
                "permission_response|{'decision':'allow'}|permission_id is missing; expected the id of an open question, a text of 1 to 128 characters",
                "permission_response|{'permission_id':'p'}|decision is missing; expected allow or deny",
                "permission_response|{'permission_id':'p','decision':'maybe'}|decision is not right; expected allow or deny",
                "permission_response|{'permission_id':'p','decision':'deny','message':1}|message is of the wrong type; expected a text of at most 65536 characters for the agent",
                "permission_response|{'permission_id':'p','decision':'allow','updated_input':'x'}|updated_input is of the wrong type; expected an object, which the tool is called with instead",
                "permission_response|{'permission_id':'p','decision':'allow','remember':0}|remember is of the wrong type; expected true or false",
                "queue_cancel|{'execution_id':''}|execution_id is too short; expected the id of a run that waits, a text of 1 to 128 characters",
                "get_messages|{'since':17}|since is of the wrong type; expected an ISO 8601 date-time with an offset, like 2026-01-31T10:15:30Z",
                "get_messages|{'before':[]}|before is of the wrong type; expected an ISO 8601 date-time with an offset, like 2026-01-31T10:15:30Z",
                "get_messages|{'limit':-1}|limit is out of range; expected how many records at most: a whole number from 0 to 9223372036854775807 (0 means 100, more than 1000 means 1000)",
                "get_messages|{'offset':0.5}|offset is of the wrong type; expected how many records to pass over: a whole number from 0 to 9223372036854775807",
                "get_messages|{'after_seq':'1'}|after_seq is of the wrong type; expected the number of a record: a whole number from 0 to 9223372036854775807",
                "get_messages|{'before_seq':9223372036854775808}|before_seq is out of range; expected the number of a record: a whole number from 0 to 9223372036854775807",
                "get_messages|{'direction':'up'}|direction is not right; expected all, client, claude or server",
                "get_messages|{'types':['x',1]}|types is of the wrong type; expected a list of at most 64 texts of at most 128 characters",
                "get_messages|{'order':'ASC'}|order is not right; expected asc or desc",
                "get_messages|{'cursor':{}}|cursor is of the wrong type; expected next_cursor of an earlier page, a text of at most 1024 characters",
            })
    @DisplayName("D3 what is wrong in a request is named, with what would be right")
    void refuses(String type, String data, String message) {
        SchemaViolation violation = check(type, data).orElseThrow();
        assertEquals(message, violation.message());
        assertEquals(message.substring(0, message.indexOf(' ')), violation.field());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'prompt':''}",
                "{'prompt':' \\n\\t '}",
                "{'prompt':'\u2003\u00a0'}",
                "{'prompt':7}",
                "{'prompt':[{'type':1e999999999,'text':'x'}]}",
                "{'prompt':{'type':'text','text':'x'}}",
                "{'prompt':[]}",
                "{'prompt':['x']}",
                "{'prompt':[{'text':'x'}]}",
                "{'prompt':[{'type':'text','text':' '}]}",
                "{'prompt':[{'type':'text','text':'x'},{'type':'text'}]}",
                "{'prompt':[{'type':'text','text':'x'},{'type':'video'}]}",
                "{'prompt':[{'type':'text','text':'x'},{'type':'image','source':{'type':'url','url':'http://x'}}]}",
                "{'prompt':[{'type':'text','text':'x'},{'type':'image','source':{'type':'base64','media_type':'text/html','data':''}}]}",
                "{'prompt':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':''}}]}",
            })
    @DisplayName("D3 a prompt of another shape is refused with the shapes that there are")
    void refusesPrompts(String data) {
        SchemaViolation violation = check("execute", data).orElseThrow();
        assertEquals("prompt", violation.field());
        assertTrue(violation.problem().contains("; expected a text that is not blank, or a list of content blocks"));
    }

    static Stream<String[]> tooLong() {
        return Stream.of(
                new String[] {"auth", "token", "1024", "{}"},
                new String[] {"project_create", "path", "4096", "{}"},
                new String[] {"project_create", "name", "128", "{'path':'/'}"},
                new String[] {"project_join", "epoch", "128", "{}"},
                new String[] {"get_messages", "cursor", "1024", "{}"},
                new String[] {"get_messages", "since", "64", "{}"},
                new String[] {"agent_new_session", "session_id", "128", "{}"},
                new String[] {"queue_cancel", "execution_id", "128", "{}"},
                new String[] {"permission_response", "permission_id", "128", "{'decision':'allow'}"},
                new String[] {"permission_response", "message", "65536", "{'decision':'allow','permission_id':'p'}"});
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    @DisplayName("D3 texts may be as long as is said, and not one character more")
    void boundsTexts(String type, String field, String limit, String rest) {
        int max = Integer.parseInt(limit);
        String start = rest.substring(0, rest.length() - 1) + (rest.equals("{}") ? "'" : ",'") + field + "':'";
        assertEquals(Optional.empty(), check(type, start + "x".repeat(max) + "'}"));
        SchemaViolation violation =
                check(type, start + "x".repeat(max + 1) + "'}").orElseThrow();
        assertEquals(field, violation.field());
        assertTrue(violation.problem().startsWith("is too long; expected "), violation.message());
    }

    @Test
    @DisplayName("D3 lists may have as many items as is said, of the length that is said")
    void boundsLists() {
        String item = "\"x\"";
        assertEquals(Optional.empty(), check("get_messages", list("types", 64, item)));
        assertEquals(
                "types",
                check("get_messages", list("types", 65, item)).orElseThrow().field());
        assertEquals(Optional.empty(), check("hello", list("capabilities", 64, '"' + "x".repeat(64) + '"')));
        assertEquals(
                "capabilities",
                check("hello", list("capabilities", 1, '"' + "x".repeat(65) + '"'))
                        .orElseThrow()
                        .field());
        for (String option : new String[] {"allowed_tools", "disallowed_tools", "add_dirs"}) {
            assertEquals(Optional.empty(), check("execute", options(list(option, 256, item))));
            SchemaViolation many =
                    check("execute", options(list(option, 257, item))).orElseThrow();
            assertEquals("options." + option, many.field());
            SchemaViolation texts =
                    check("execute", options(list(option, 1, "7"))).orElseThrow();
            assertEquals("options." + option, texts.field());
        }
    }

    private static String list(String field, int count, String item) {
        return "{'" + field + "':[" + (item + ",").repeat(count - 1) + item + "]}";
    }

    private static String options(String options) {
        return "{'prompt':'x','options':" + options + "}";
    }

    @ParameterizedTest
    @CsvSource({"-x", "--settings=x", "''", "'a b'", "'opus\\n'", "'\\n'"})
    @DisplayName("X1 names of models and modes cannot look like something else on a command line")
    void boundsWords(String word) {
        for (String option : new String[] {"model", "fallback_model", "permission_mode"}) {
            SchemaViolation violation = check("execute", options("{'" + option + "':'" + word + "'}"))
                    .orElseThrow();
            assertEquals("options." + option, violation.field());
        }
    }
}
