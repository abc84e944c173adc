package dev.switchboard.store.postgresql.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.project.Project;
import dev.switchboard.project.Project.LastError;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Projects as rows. Each method is a part of the caller's transaction. */
final class ProjectRows {
    private static final String COLUMNS = "path, directory, name, executor, session_id, created_at, last_active,"
            + " error_code, error_message, error_at";

    private final Connection connection;

    ProjectRows(Connection connection) {
        this.connection = connection;
    }

    /**
     * Everything that there is.
     *
     * @param report gets a line for each project that cannot be understood, which is left out
     */
    List<Project> load(List<String> report) throws SQLException {
        Map<UUID, Map<String, String>> attributes = attributes();
        List<Project> projects = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, " + COLUMNS + " FROM projects ORDER BY id")) {
            while (rows.next()) {
                UUID id = rows.getObject(1, UUID.class);
                try {
                    projects.add(project(id, rows, attributes.getOrDefault(id, Map.of())));
                } catch (RuntimeException e) {
                    report.add("project " + id + " is left as it is: its row cannot be understood (" + e.getMessage()
                            + ")");
                }
            }
        }
        return projects;
    }

    private Map<UUID, Map<String, String>> attributes() throws SQLException {
        Map<UUID, Map<String, String>> attributes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT project, name, value FROM project_attributes")) {
            while (rows.next()) {
                attributes
                        .computeIfAbsent(rows.getObject(1, UUID.class), id -> new HashMap<>())
                        .put(EscapedText.unescape(rows.getString(2)), EscapedText.unescape(rows.getString(3)));
            }
        }
        return attributes;
    }

    private static Project project(UUID id, ResultSet row, Map<String, String> attributes) throws SQLException {
        Optional<LastError> error = Optional.empty();
        if (row.getString("error_code") != null) {
            error = Optional.of(new LastError(
                    ErrorCode.valueOf(row.getString("error_code")),
                    text(row, "error_message"),
                    Instant.parse(row.getString("error_at"))));
        }
        return new Project(
                new ProjectId(id),
                text(row, "path"),
                Path.of(text(row, "directory")),
                optional(row, "name"),
                text(row, "executor"),
                optional(row, "session_id"),
                Instant.parse(row.getString("created_at")),
                Instant.parse(row.getString("last_active")),
                error,
                attributes);
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return EscapedText.unescape(row.getString(column));
    }

    private static Optional<String> optional(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).map(EscapedText::unescape);
    }

    /** @throws SQLException of the state for violated uniqueness if there is one with this id */
    void insert(Project project) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO projects (" + COLUMNS + ", id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            bind(insert, project);
            insert.executeUpdate();
        }
        for (Map.Entry<String, String> attribute : project.attributes().entrySet()) {
            insert(project.id(), attribute.getKey(), attribute.getValue());
        }
    }

    private static void bind(PreparedStatement statement, Project project) throws SQLException {
        statement.setString(1, EscapedText.escape(project.path()));
        statement.setString(2, EscapedText.escape(project.directory().toString()));
        statement.setString(3, EscapedText.escape(project.name()));
        statement.setString(4, EscapedText.escape(project.executor()));
        statement.setString(5, EscapedText.escape(project.sessionId()));
        statement.setString(6, project.createdAt().toString());
        statement.setString(7, project.lastActive().toString());
        Optional<LastError> error = project.lastError();
        statement.setString(8, error.map(last -> last.code().name()).orElse(null));
        statement.setString(9, EscapedText.escape(error.map(LastError::message)));
        statement.setString(10, error.map(last -> last.at().toString()).orElse(null));
        statement.setObject(11, project.id().value());
    }

    /** Writes what differs. */
    void update(Project before, Project after) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE projects SET (" + COLUMNS + ") = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?")) {
            bind(update, after);
            if (update.executeUpdate() != 1) {
                throw new SQLException("the project's row is not there", "XX000");
            }
        }
        for (String name : before.attributes().keySet()) {
            if (!Objects.equals(
                    before.attributes().get(name), after.attributes().get(name))) {
                deleteAttribute(after.id(), name);
            }
        }
        for (Map.Entry<String, String> attribute : after.attributes().entrySet()) {
            if (!attribute.getValue().equals(before.attributes().get(attribute.getKey()))) {
                insert(after.id(), attribute.getKey(), attribute.getValue());
            }
        }
    }

    private void insert(ProjectId project, String name, String value) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO project_attributes (project, name, value) VALUES (?, ?, ?)")) {
            insert.setObject(1, project.value());
            insert.setString(2, EscapedText.escape(name));
            insert.setString(3, EscapedText.escape(value));
            insert.executeUpdate();
        }
    }

    private void deleteAttribute(ProjectId project, String name) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM project_attributes WHERE project = ? AND name = ?")) {
            delete.setObject(1, project.value());
            delete.setString(2, EscapedText.escape(name));
            delete.executeUpdate();
        }
    }

    void delete(ProjectId project) throws SQLException {
        for (String rows : new String[] {"project_attributes WHERE project", "projects WHERE id"}) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + rows + " = ?")) {
                delete.setObject(1, project.value());
                delete.executeUpdate();
            }
        }
    }

    /** Has the rows say what they should, whatever they say. */
    void put(ProjectId id, Optional<Project> state) throws SQLException {
        delete(id);
        if (state.isPresent()) {
            insert(state.get());
        }
    }
}
