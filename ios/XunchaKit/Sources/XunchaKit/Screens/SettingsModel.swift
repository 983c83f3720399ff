// Settings: text size, read aloud, language, position, room used, self-check, telling the station.

import XunchaCore

/// What the screen shows.
public struct SettingsShown: Showing {
    public var textSize: Int
    public var readsAloud: Bool
    /// The language of texts, and which was chosen: none where it follows the phone.
    public var language: Language
    public var chosenLanguage: Language?
    public var usesPosition: Bool
    /// How the phone is doing, what the book takes, and what came of the last report.
    public var page: SettingsPage?
    /// What the last self-check found.
    public var found: SelfCheck?
    public var isChecking = false
    public var trouble: Trouble?
}

/// The settings' screen.
public final class SettingsModel: ScreenModel<SettingsShown> {
    public init(_ phone: Phone) {
        let preferences = phone.preferences
        super.init(
            phone,
            shown: SettingsShown(
                textSize: preferences.textSize, readsAloud: preferences.readsAloud,
                language: preferences.language, chosenLanguage: preferences.chosenLanguage,
                usesPosition: preferences.usesPosition))
        refresh()
    }

    public override func refresh() {
        // It may have been chosen anew with an enrolment.
        shown.usesPosition = phone.preferences.usesPosition
        guard let page = attempt({ try phone.book.settings() }) else { return }
        shown.page = page
    }

    public func set(textSize: Int) {
        phone.preferences.textSize = textSize
        shown.textSize = phone.preferences.textSize
    }

    public func set(readsAloud: Bool) {
        phone.preferences.readsAloud = readsAloud
        shown.readsAloud = readsAloud
    }

    /// Sets the language; with none it is the phone's own.
    public func set(language: Language?) {
        phone.speak(language)
        shown.language = phone.language
        shown.chosenLanguage = language
        refresh()
    }

    public func set(usesPosition: Bool) {
        phone.preferences.usesPosition = usesPosition
        shown.usesPosition = usesPosition
    }

    /// Checks all that is kept here; a second tap begins nothing.
    @discardableResult
    public func check() -> Task<Void, Never>? {
        guard !shown.isChecking else { return nil }
        shown.isChecking = true
        return Task { [book = phone.book] in
            shown.found = await attemptSlowly { try book.selfCheck() }
            shown.isChecking = false
        }
    }

    /// Tells the station how this phone stands, as soon as there is a network.
    public func report() {
        attempt { _ = try phone.book.report(program: phone.seams.program) }
        refresh()
        phone.uploader.want()
    }

    /// By another card, such as after a new key or for another member.
    public func enrol() { phone.way.to(.enrol) }

    public func about() { phone.way.to(.about) }
}
