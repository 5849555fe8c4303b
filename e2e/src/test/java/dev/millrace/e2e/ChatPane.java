package dev.millrace.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The chat of a page under test, as somebody at it sees and uses it. */
final class ChatPane {
    /** A data channel stands within a second, a WebSocket instead of it after three; the rest is a busy machine's. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Page page;

    private ChatPane(Page page) {
        this.page = page;
    }

    /** Waits until the page is in the room, by whichever way. */
    static ChatPane entered(Page page) {
        Await.until(
                "in the chat", PATIENCE, () -> page.evaluate("() => window.millrace?.chat?.state"), "joined"::equals);
        return new ChatPane(page);
    }

    /** Waits until the page is in the room, by the way that is meant. */
    static ChatPane entered(Page page, String via) {
        ChatPane pane = new ChatPane(page);
        pane.awaitEntered(via);
        return pane;
    }

    void awaitEntered(String via) {
        Await.until(
                "in the chat by " + via,
                PATIENCE,
                () -> page.evaluate("() => `${window.millrace?.chat?.state} by ${window.millrace?.chat?.via}`"),
                ("joined by " + via)::equals);
    }

    ChatPane called(String name) {
        Locator field = page.getByTestId("chat-name");
        field.fill(name);
        field.press("Enter");
        Await.until(
                "called " + name, PATIENCE, () -> page.evaluate("() => window.millrace.chat.you?.name"), name::equals);
        return this;
    }

    Page page() {
        return page;
    }

    /** Types and sends, as a person does. */
    void say(String text) {
        page.getByTestId("chat-input").fill(text);
        page.getByTestId("chat-input").press("Enter");
    }

    String id() {
        return (String) page.evaluate("() => window.millrace.chat.you.id");
    }

    /** All messages that are shown, as {@code name: text}. */
    List<String> messages() {
        Object shown = page.evaluate("""
                () => [...document.querySelectorAll('[data-testid=message]')].map((row) =>
                  `${row.querySelector('.name').textContent}: ${row.querySelector('.text').textContent}`)
                """);
        return ((List<?>) shown).stream().map(Object::toString).toList();
    }

    List<String> awaitMessages(Predicate<List<String>> good) {
        return Await.until("messages", PATIENCE, this::messages, good);
    }

    List<String> awaitMessages(List<String> expected) {
        return awaitMessages(expected::equals);
    }

    /** The row of the message with that text. */
    Locator row(String text) {
        return page.getByTestId("message")
                .filter(new Locator.FilterOptions().setHasText(text))
                .last();
    }

    /** Opens a message's menu by keyboard and chooses the entry that begins so. */
    void choose(String message, String entry) {
        row(message).focus();
        row(message).press("Enter");
        Locator item = page.getByTestId("menu")
                .locator("[role=menuitem]")
                .filter(new Locator.FilterOptions().setHasText(entry))
                .first();
        item.press("Enter");
    }

    String awaitHint(Predicate<String> good) {
        return Await.until("hint", PATIENCE, () -> page.getByTestId("chat-hint").textContent(), good);
    }

    /** What was said and did not get into the log, with why. */
    List<String> awaitPending(Predicate<List<String>> good) {
        return Await.until(
                "pending", PATIENCE, () -> page.getByTestId("pending").allTextContents(), good);
    }
}
