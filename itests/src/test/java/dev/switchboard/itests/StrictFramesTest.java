package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge is judged: it finds what it is there to find. */
class StrictFramesTest {
    private static final String AT = "'timestamp':'2026-01-31T10:15:30.123456Z'";

    private static Optional<String> violation(String frame) throws JsonProcessingException {
        return StrictFrames.violation(Client.JSON.readTree(frame.replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'auth'," + AT + ",'data':{'name':'x','role':'admin'}}",
                "{'type':'auth','request_id':7," + AT + ",'data':{'name':'x','role':'admin'}}",
                "{'type':'agent_message','seq':1,'replay':true,'project_id':'6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001',"
                        + AT + ",'data':{'type':'x','any':[{'thing':null}]}}",
            })
    @DisplayName("D3 takes what the protocol says")
    void takes(String frame) throws JsonProcessingException {
        assertEquals(Optional.empty(), violation(frame));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'type':'auth','data':{'name':'x','role':'admin'}}|timestamp is missing",
                "{'type':'auth','timestamp':'2026-01-31T10:15:30Z','data':{}}|timestamp is not right",
                "{'type':'auth'," + AT + ",'data':{'name':'x','role':'admin'},'more':1}|more is not known",
                "{'type':'auth'," + AT + ",'data':{'name':'x','role':'admin','more':1}}|data.more is not known",
                "{'type':'auth'," + AT + ",'data':{'name':'x','role':'king'}}|data.role is not right",
                "{'type':'auth'," + AT + ",'data':[]}|data is of the wrong type",
                "{'type':'danced'," + AT + ",'data':{}}|a type that has no schema",
                "{'type':'agent_message','seq':1," + AT + ",'data':{'type':'x'}}|seq is not right",
                "{'type':'agent_message','seq':1.5," + AT + ",'data':{'type':'x'}}|seq is of the wrong type",
                "[]|data is of the wrong type",
            })
    @DisplayName("D3 finds what the protocol does not say")
    void finds(String frame, String wrong) throws JsonProcessingException {
        String found = violation(frame).orElseThrow();
        assertTrue(found.startsWith(wrong), found);
    }
}
