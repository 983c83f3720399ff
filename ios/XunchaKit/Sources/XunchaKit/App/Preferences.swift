// What the person set on this phone.

import Foundation
import XunchaCore

/// Kept by the platform; nothing of it is needed to open the book.
@MainActor
public final class Preferences {
    /// The sizes of text that can be set, in points, the smallest first.
    public static let textSizes = [18, 21, 24, 27, 30]

    private let store: UserDefaults
    private let platformLanguage: String

    /// Until somebody sets another, the language is the platform's.
    public init(
        _ store: UserDefaults = .standard,
        platformLanguage: String = Foundation.Locale.preferredLanguages.first ?? "zh-Hans"
    ) {
        self.store = store
        self.platformLanguage = platformLanguage
        // One set of these for the whole process, whatever the store.
        store.register(defaults: [Key.textSize: 21, Key.usesPosition: true])
    }

    /// The size of text, in points: of those that can be set the nearest to what is kept.
    public var textSize: Int {
        get {
            let kept = store.integer(forKey: Key.textSize)
            return Self.textSizes.min { abs($0 - kept) < abs($1 - kept) } ?? kept
        }
        set { store.set(newValue, forKey: Key.textSize) }
    }

    /// Whether questions are read aloud as they appear.
    public var readsAloud: Bool {
        get { store.bool(forKey: Key.readsAloud) }
        set { store.set(newValue, forKey: Key.readsAloud) }
    }

    /// The language of texts, as platforms name it: known even where the library is not the right one.
    public var languageTag: String { store.string(forKey: Key.language) ?? platformLanguage }

    /// The language of texts.
    public var language: Language { localeOf(tag: languageTag) }

    /// The language that was chosen; none to follow the platform.
    public var chosenLanguage: Language? {
        get { store.string(forKey: Key.language).map { localeOf(tag: $0) } }
        set { store.set(newValue.map { $0 == .en ? "en" : "zh-Hans" }, forKey: Key.language) }
    }

    /// Whether the position may be read, as far as it is the person's to say; the platform asks once more.
    public var usesPosition: Bool {
        get { store.bool(forKey: Key.usesPosition) }
        set { store.set(newValue, forKey: Key.usesPosition) }
    }

    /// Whether the page on position and photos was agreed to by the person who enrols now.
    public var agreed: Bool {
        get { store.bool(forKey: Key.agreed) }
        set { store.set(newValue, forKey: Key.agreed) }
    }

    private enum Key {
        static let textSize = "textSize"
        static let readsAloud = "readsAloud"
        static let language = "language"
        static let usesPosition = "usesPosition"
        static let agreed = "agreed"
    }
}
