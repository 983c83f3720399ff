// The phone: what all screens work with.

import Foundation
import XunchaCore

/// The open book, the platform and the way through the screens.
@MainActor
public final class Phone {
    /// The core.
    public let book: FieldBook
    /// What the platform does for us.
    public let seams: Seams
    /// What the person set.
    public let preferences: Preferences
    /// Which screens are open.
    public let way: Way
    /// Hands over what waits.
    public let uploader: Uploader
    /// The file that is handed over, where no network is.
    let handOverFile: HandOverFile
    /// Pictures on their way into the book.
    let takenPhotos: TakenPhotos

    public init(book: FieldBook, seams: Seams, preferences: Preferences, folders: Folders) {
        var seams = seams
        seams.locator = WantedLocator(seams.locator, for: preferences)
        self.book = book
        self.seams = seams
        self.preferences = preferences
        way = Way()
        handOverFile = HandOverFile(of: book, in: folders.temporary, time: seams.time)
        takenPhotos = TakenPhotos(of: book, in: folders.taken)
        uploader = Uploader(book: book, seams: seams, handOverFile: handOverFile)
        book.setLocale(locale: preferences.language)
    }

    /// The language of texts.
    public var language: Language { preferences.language }

    /// Sets the language of all texts; with none it is the platform's.
    func speak(_ chosen: Language?) {
        preferences.chosenLanguage = chosen
        book.setLocale(locale: language)
    }
}

/// Where things lie on this phone.
public struct Folders: Sendable {
    /// The book.
    public let book: URL
    /// Pictures that the book does not have yet: kept as well as the book is.
    public let taken: URL
    /// What can be written anew; the platform may empty it.
    public let temporary: URL

    public init(book: URL, taken: URL, temporary: URL = FileManager.default.temporaryDirectory) {
        self.book = book
        self.taken = taken
        self.temporary = temporary
    }
}

/// What the platform does for us.
public struct Seams: Sendable {
    public internal(set) var locator: any Locator
    public let camera: any Camera
    public let speaker: any Speaker
    public let background: any Background
    public let connectivity: any Connectivity
    public let time: any Time
    /// Which program this is, for whoever helps with it.
    public let program: Program

    public init(
        locator: any Locator, camera: any Camera, speaker: any Speaker, background: any Background,
        connectivity: any Connectivity, time: any Time = SystemTime(), program: Program
    ) {
        self.locator = locator
        self.camera = camera
        self.speaker = speaker
        self.background = background
        self.connectivity = connectivity
        self.time = time
        self.program = program
    }
}
