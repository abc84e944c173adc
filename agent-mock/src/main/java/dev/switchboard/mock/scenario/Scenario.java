package dev.switchboard.mock.scenario;

import dev.switchboard.mock.turn.Turn;

/** What one directive does. A new one is a class, and one line in {@link ScenarioRegistry}. */
interface Scenario {

    /**
     * @param directive its words and values; {@link Directive#allow} is called first, so that a misspelt key is an error
     * @throws DirectiveException if it asks for something that cannot be done
     */
    void play(Turn turn, Directive directive);
}
