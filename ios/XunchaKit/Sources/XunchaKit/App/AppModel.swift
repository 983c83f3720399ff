// The app from its start: opens the book, and says so when that does not work.

import Foundation
import XunchaCore

/// What the app shows.
public struct AppShown: Showing {
    /// Whether the book is open.
    public enum Stage: Sendable {
        /// Not yet.
        case opening
        /// It cannot be opened now; nothing is lost.
        case closed(Trouble)
        /// It is.
        case open(Phone)
    }

    public var stage = Stage.opening
    public var trouble: Trouble?
}

/// The app.
public final class AppModel: Observed<AppShown> {
    private let folders: Folders
    private let vault: any KeyVault
    private let seams: Seams
    /// What the person set.
    public let preferences: Preferences
    private let clock: (any Clock)?
    /// What was opened from outside, until there is a book.
    private var opened: URL?

    /// A clock is handed in by tests only; else it is the machine's own.
    public init(
        folders: Folders, vault: any KeyVault, seams: Seams, preferences: Preferences,
        clock: (any Clock)? = nil
    ) {
        self.folders = folders
        self.vault = vault
        self.seams = seams
        self.preferences = preferences
        self.clock = clock
        super.init(shown: AppShown())
    }

    /// Opens the book, or tries again; one that is open, as after a wake in the background, stays so. A phone that must
    /// be enrolled begins with that.
    public func open() {
        if case .open = shown.stage { return }
        do {
            let book = try openBook(dir: folders.book.path, vault: vault, clock: clock)
            let phone = Phone(book: book, seams: seams, preferences: preferences, folders: folders)
            shown.stage = .open(phone)
            if try book.status().mustEnrol { phone.way.to(.enrol) }
            appeared()
            showOpened()
        } catch {
            shown.stage = .closed(Trouble(error, in: preferences.language))
        }
    }

    /// The link of a card, or a file, was opened from outside of the app.
    public func opened(_ url: URL) {
        opened = url
        showOpened()
    }

    private func showOpened() {
        guard case .open(let phone) = shown.stage, let opened else { return }
        self.opened = nil
        if opened.isFileURL {
            phone.way.to(OpenedFile(opened))
        } else {
            phone.way.to(.card(opened.absoluteString))
        }
    }

    /// The app is on the screen again.
    public func appeared() {
        guard case .open(let phone) = shown.stage else { return }
        // Until it is enrolled (again) nothing can be sent.
        if (try? phone.book.status().mustEnrol) == false { phone.uploader.begin() }
    }

    /// Seconds until the platform is asked to wake the app once more for a book that it could not open.
    private static let untilNextWake: TimeInterval = 15 * 60

    /// Woken by the platform to upload: whether everything is handed over.
    public func uploadInBackground() async -> Bool {
        open()
        guard case .open(let phone) = shown.stage else {
            // As before the first unlock after a start: nobody else asks for another wake, and what waits goes on waiting.
            seams.background.wake(at: seams.time.now() + Self.untilNextWake)
            return false
        }
        return await phone.uploader.uploadInBackground()
    }
}
