// What the platform does for the screens, as protocols: each has a real one on iOS and a made-up one in the tests.
// "No" is an answer everywhere, and nothing waits for a permission.

import Foundation
import XunchaCore

/// Reads the position: once a tap, never a track.
public protocol Locator: Sendable {
    /// One reading; it takes 15 seconds at most from when it may be read. Who was never asked is asked now.
    func fix() async -> Located
    /// Whether it may be read without asking anybody.
    func mayRead() async -> Bool
}

/// What came of reading the position.
public enum Located: Equatable, Sendable {
    /// Here it is, as the platform gave it.
    case fix(Fix)
    /// None was to be had, as in a basement.
    case none
    /// It may not be read.
    case refused
    /// The person chose that this app does not read it: the platform was not asked.
    case unwanted
}

/// Takes pictures and reads codes.
public protocol Camera: Sendable {
    /// A picture, written to this file as a whole, in a folder that may not be there yet; the caller removes it.
    func picture(at file: URL) async -> Taken<URL>
    /// A code that somebody holds before the camera.
    func code() async -> Taken<SeenCode>
}

/// A code as the platform gives it.
public enum SeenCode: Equatable, Sendable {
    /// What it says, where the platform can read codes.
    case text(String)
    /// A picture of it, for the core to read.
    case picture(URL)
}

/// What came of the camera.
public enum Taken<Thing: Sendable & Equatable>: Equatable, Sendable {
    /// Here it is.
    case taken(Thing)
    /// The person went back.
    case cancelled
    /// The camera may not be used.
    case refused
    /// There was no room to write it.
    case noRoom
    /// It did not work.
    case failed
}

extension Taken<URL> {
    /// Writes a picture to its file: as a whole, or not at all.
    public static func written(_ picture: Data, to file: URL) -> Self {
        do {
            let folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try picture.write(to: file, options: .atomic)
            return .taken(file)
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            return .noRoom
        } catch {
            return .failed
        }
    }
}

/// Reads aloud.
public protocol Speaker: Sendable {
    /// Says it, in place of what it is saying; false where the phone has no voice for the language.
    func say(_ text: String, in language: Language) -> Bool
    /// Is quiet.
    func stop()
}

/// Wakes the app for an upload while nobody looks at it.
public protocol Background: Sendable {
    /// Asks to be woken once, with a network, at this time or later; in place of what was asked before.
    func wake(at earliest: Date)
    /// Nothing is needed any more.
    func sleep()
    /// Asks that the app may go on for a while though somebody puts the phone away, and hears when that is over. Gives
    /// what to call when it is not needed any more.
    @MainActor func stayAwake(_ over: @escaping @MainActor @Sendable () -> Void) -> @MainActor () -> Void
}

/// Tells of the network.
public protocol Connectivity: Sendable {
    /// An element each time that a way out came up.
    func cameUp() -> AsyncStream<Void>
}

/// Time, as far as screens need it.
public protocol Time: Sendable {
    func now() -> Date
    /// Waits; a cancelled task wakes at once.
    func pause(until date: Date) async
}

/// The machine's own.
public struct SystemTime: Time {
    public init() {}

    public func now() -> Date { Date() }

    public func pause(until date: Date) async {
        try? await Task.sleep(for: .seconds(max(0, date.timeIntervalSinceNow)))
    }
}
