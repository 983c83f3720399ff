// What every screen's model is: what it shows, the phone it works with, and one way to fail.

import Foundation
import XunchaCore

/// What a screen shows.
public protocol Showing: Sendable {
    /// What went wrong, until it is read.
    var trouble: Trouble? { get set }
}

/// A screen without its view.
open class ScreenModel<Shown: Showing>: Observed<Shown>, Refreshing {
    /// The phone it works with.
    public let phone: Phone
    private var settling = Settling()

    init(_ phone: Phone, shown: Shown) {
        self.phone = phone
        super.init(shown: shown)
        phone.uploader.tell(self)
    }

    /// Looks again: called when the screen appears, and unasked after each step of an upload.
    open func refresh() {}

    /// What is seen is another from now on: a tap that follows at once was meant for what stood there before.
    func settle() { settling.begin(at: phone.seams.time.now()) }

    /// Whether a tap means what it hits.
    var isSettled: Bool { settling.takesTap(at: phone.seams.time.now()) }

    /// Does what nobody tapped for. The sentence that stands there already is not told anew by it.
    func unasked(_ work: () -> Void) {
        let told = shown.trouble
        work()
        if let told, shown.trouble?.sentence == told.sentence { shown.trouble = told }
    }

    public func refreshUnasked() { unasked(refresh) }

    /// The sentence was read.
    public func dismissTrouble() {
        shown.trouble = nil
    }

    /// Does it; what goes wrong is shown, and nothing else happens.
    @discardableResult
    func attempt<T>(_ work: () throws -> T) -> T? {
        do {
            return try work()
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
            return nil
        }
    }

    /// Does what takes long, such as decoding a picture, off the main thread.
    func attemptSlowly<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async -> T? {
        do {
            return try await Task.detached(operation: work).value
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
            return nil
        }
    }

    /// The same with a picture of the camera, which is gone from the phone when this returns, whatever came of it.
    func takeIn<T: Sendable>(_ file: URL, _ work: @escaping @Sendable (String) throws -> T) async -> T? {
        defer { try? FileManager.default.removeItem(at: file) }
        return await attemptSlowly { try work(file.path) }
    }

    /// What the camera gave. That it may not be used, or did not work, is told.
    func got<Thing>(_ taken: Taken<Thing>) -> Thing? {
        switch taken {
        case .taken(let thing): return thing
        case .cancelled: return nil
        case .refused: shown.trouble = Trouble(.cameraRefused, in: phone.language)
        case .noRoom: shown.trouble = Trouble(.core(.storageFull), in: phone.language)
        case .failed: shown.trouble = Trouble(.cameraFailed, in: phone.language)
        }
        return nil
    }
}
