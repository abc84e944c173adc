package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.ExecutionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a process was set up, and is now: which turns it can take. It is kept in custody, so that a later server can go on
 * with the process.
 *
 * @param profile the digest of the {@link LaunchProfile}
 * @param mode the permission mode that it was last told
 * @param model the model that it was last told; empty for the CLI's own choice
 */
record Setup(String profile, String mode, Optional<String> model) {
    private static final String LABEL_PROFILE = "setup-profile";
    private static final String LABEL_MODE = "setup-mode";
    private static final String LABEL_MODEL = "setup-model";

    /** The custody labels that hold a setup. */
    static final Set<String> LABELS = Set.of(LABEL_PROFILE, LABEL_MODE, LABEL_MODEL);

    /** Of a process that is launched for this turn; empty if it can have no other. */
    static Optional<Setup> of(PreparedLaunch prepared) {
        ExecutionOptions options = prepared.launch().options();
        return options.maxBudgetUsd().isPresent()
                ? Optional.empty() // counts for the whole life of a process
                : Optional.of(new Setup(prepared.profile().digest(), ClaudeCommandLine.mode(options), options.model()));
    }

    /** As an earlier server left it in custody; empty if the process can have no other turn. */
    static Optional<Setup> in(Map<String, String> labels) {
        String profile = labels.get(LABEL_PROFILE);
        String mode = labels.get(LABEL_MODE);
        return profile == null || mode == null
                ? Optional.empty()
                : Optional.of(new Setup(profile, mode, Optional.ofNullable(labels.get(LABEL_MODEL))));
    }

    /** For custody. */
    Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(Map.of(LABEL_PROFILE, profile, LABEL_MODE, mode));
        model.ifPresent(name -> labels.put(LABEL_MODEL, name));
        return labels;
    }

    /** Whether a process of this setup can take a turn of that one. */
    boolean serves(Setup next) {
        return profile.equals(next.profile) && (model.equals(next.model) || next.model.isPresent());
    }

    /** What the process has to be told first. */
    List<Content> change(Setup next) {
        List<Content> messages = new ArrayList<>();
        // Plan mode ends by itself when the plan is accepted.
        if (!mode.equals(next.mode) || mode.equals("plan")) {
            messages.add(ClaudeMessages.permissionMode(next.mode));
        }
        if (!model.equals(next.model)) {
            messages.add(ClaudeMessages.model(next.model.orElseThrow()));
        }
        return messages;
    }
}
