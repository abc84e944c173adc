package dev.switchboard.shell.internal;

import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery.Order;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/** Shows a page with its gaps where they belong. */
public final class PageView {
    private PageView() {}

    public static void show(MessagePage page, Order order, RecordView view) {
        boolean forward = order == Order.ASCENDING;
        Comparator<Gap> rising = Comparator.comparingLong(Gap::from);
        Deque<Gap> gaps = new ArrayDeque<>(page.gaps().stream()
                .sorted(forward ? rising : rising.reversed())
                .toList());
        for (Message message : page.messages()) {
            while (!gaps.isEmpty() && forward == gaps.peek().from() < message.seq()) {
                view.missing(gaps.remove());
            }
            view.show(message);
        }
        gaps.forEach(view::missing);
    }
}
