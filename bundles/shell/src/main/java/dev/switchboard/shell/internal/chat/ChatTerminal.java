package dev.switchboard.shell.internal.chat;

import dev.switchboard.shell.internal.Printable;
import java.io.IOError;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;

/** The terminal of a conversation: a line is typed at the bottom, and what comes is printed above it. */
final class ChatTerminal implements Screen {
    private static final String TAB = "switchboard-tab";

    private final Terminal terminal;
    private final BooleanSupplier left;
    private final LineReaderImpl reader;
    private volatile Conversation conversation;
    private volatile Thread typing;
    private volatile boolean over;

    /** @param left whether whoever sits there is known to have gone */
    ChatTerminal(Terminal terminal, BooleanSupplier left) {
        this.terminal = terminal;
        this.left = left;
        // What is typed is text for an agent: no quotes, no history expansion, and no history file.
        DefaultParser parser = new DefaultParser();
        parser.setQuoteChars(new char[0]);
        parser.setEscapeChars(new char[0]);
        reader = (LineReaderImpl) LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("switchboard-chat")
                .parser(parser)
                .completer((self, line, candidates) -> complete(line, candidates))
                .option(Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        reader.getWidgets().put(TAB, this::tab);
        reader.getKeyMaps().get(LineReader.MAIN).bind(new Reference(TAB), "\t");
    }

    private boolean tab() {
        if (reader.getBuffer().length() > 0) {
            reader.callWidget(LineReader.EXPAND_OR_COMPLETE);
        } else {
            conversation.nextMode();
            reader.setPrompt(conversation.prompt());
        }
        return true;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            Conversation.COMMANDS.forEach(command -> candidates.add(new Candidate(command)));
        } else if (line.wordIndex() == 1 && line.words().get(0).equals("/mode")) {
            conversation.modes().offered().forEach(mode -> candidates.add(new Candidate(mode)));
        }
    }

    /** Has somebody talk until they leave, or {@link #end}. */
    void converse(Conversation partner) {
        conversation = partner;
        typing = Thread.currentThread();
        // Between two lines; while one is typed, the reader has its own.
        SignalHandler before = terminal.handle(Signal.INT, signal -> partner.interrupt());
        try {
            while (!over && !left.getAsBoolean() && turn(partner)) {
                // the next line
            }
        } finally {
            typing = null;
            terminal.handle(Signal.INT, before);
        }
    }

    /** Takes a line; whether the conversation goes on. */
    private boolean turn(Conversation partner) {
        try {
            return partner.enter(reader.readLine(partner.prompt()));
        } catch (UserInterruptException e) {
            // Ctrl-C; or this thread was interrupted because it is over, or because the connection is.
            if (!over && !left.getAsBoolean()) {
                partner.interrupt();
            }
            return true;
        } catch (EndOfFileException | IOError e) {
            return false;
        }
    }

    /** Ends it from outside. */
    void end() {
        over = true;
        Thread thread = typing;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void print(String text) {
        reader.printAbove(Printable.lines(text));
    }

    /** Shows what the line's beginning says by now. */
    void redraw() {
        Conversation partner = conversation;
        if (partner != null && reader.isReading()) {
            reader.setPrompt(partner.prompt());
            try {
                reader.callWidget(LineReader.REDISPLAY);
            } catch (IllegalStateException e) {
                // The line was finished a moment ago; the next one begins as it should.
            }
        }
    }
}
