// Settings: text size, read aloud, language, room used, self-check.

import Foundation
import XunchaCore

/// What the screen shows.
public struct SettingsShown: Showing {
    public var textSize: Int
    public var readsAloud: Bool
    public var language: Language
    public var status: Status?
    /// What the last self-check found.
    public var found: SelfCheck?
    public var isChecking = false
    /// Bytes that the book takes.
    public var bytesUsed: Int?
    public var trouble: Trouble?
}

/// The settings' screen.
public final class SettingsModel: ScreenModel<SettingsShown> {
    private let folder: URL

    public init(_ phone: Phone, folder: URL) {
        self.folder = folder
        let preferences = phone.preferences
        super.init(
            phone,
            shown: SettingsShown(
                textSize: preferences.textSize, readsAloud: preferences.readsAloud,
                language: preferences.language))
        refresh()
    }

    public override func refresh() {
        guard let status = attempt({ try phone.book.status() }) else { return }
        shown.status = status
    }

    public func set(textSize: Int) {
        phone.preferences.textSize = textSize
        shown.textSize = phone.preferences.textSize
    }

    public func set(readsAloud: Bool) {
        phone.preferences.readsAloud = readsAloud
        shown.readsAloud = readsAloud
    }

    public func set(language: Language) {
        phone.speak(language)
        shown.language = language
        refresh()
    }

    /// Checks all that is kept here, and how much room it takes.
    public func check() async {
        shown.isChecking = true
        let (book, folder) = (phone.book, folder)
        shown.found = await attemptSlowly { try book.selfCheck() }
        shown.bytesUsed = await attemptSlowly { bytes(in: folder) }
        shown.isChecking = false
    }
}

private func bytes(in folder: URL) -> Int {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
    var sum = 0
    while let file = files?.nextObject() as? URL {
        sum += (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
    }
    return sum
}
