package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.Map;

/**
 * Schema documents by their {@code $id}, for following references.
 *
 * @param byId the documents
 */
record SchemaDocuments(Map<String, JsonNode> byId) {
    /** A place in a document. */
    record Place(JsonNode document, JsonNode node) {}

    SchemaDocuments {
        byId = Map.copyOf(byId);
    }

    /** Where a reference leads to; a missing node if nowhere. */
    Place follow(Place from, String reference) {
        int hash = reference.indexOf('#');
        String uri = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        JsonNode document = uri.isEmpty() ? from.document : byId.get(absolute(from, uri));
        return document == null || !(fragment.isEmpty() || fragment.startsWith("/"))
                ? new Place(MissingNode.getInstance(), MissingNode.getInstance())
                : new Place(document, document.at(fragment));
    }

    private static String absolute(Place from, String uri) {
        return URI.create(from.document.path("$id").asText()).resolve(uri).toString();
    }
}
