// A phone's platform as the tests make it up.

import Foundation
import XunchaCore

@testable import XunchaKit

/// Everything that a platform does, with answers that a test sets.
final class FakePlatform: Locator, Camera, Speaker, Background, Connectivity, Time, @unchecked Sendable {
    var located = Located.none
    /// A position is not read before this ends.
    var isLocating = false
    var mayReadPosition = false
    /// How often it was asked for the position, or whether it may be read.
    private(set) var askedForPosition = 0
    var pictures: [Taken<URL>] = []
    /// Whoever asked the camera hears nothing of its picture before this ends.
    var holdsPicture = false
    /// Where the last picture was written to.
    private(set) var lastPicture: URL?
    var codes: [Taken<SeenCode>] = []
    private(set) var spoken: [String] = []
    private(set) var wakes: [Date?] = []
    /// The app was asked to go on though nobody looks at it: what to call when that is over.
    private(set) var staysAwake: (@MainActor @Sendable () -> Void)?
    var waits = false
    var hasVoice = true
    /// Whoever taps reads first: each look at the clock is later. For a finger that trembles time stands still.
    var isHasty = false {
        didSet { moment = isHasty ? Date() : nil }
    }
    private var moment: Date?
    /// Seconds that passed without anybody waiting for them.
    var passed: TimeInterval = 0
    private let (came, up) = AsyncStream.makeStream(of: Void.self)
    private let lock = NSLock()

    var seams: Seams {
        Seams(
            locator: self, camera: self, speaker: self, background: self, connectivity: self, time: self,
            program: Program(version: "1.0", system: "iOS 18"))
    }

    func fix() async -> Located {
        countPosition()
        while isLocating { try? await Task.sleep(for: .milliseconds(5)) }
        return located
    }
    func mayRead() async -> Bool {
        countPosition()
        return mayReadPosition
    }

    private func countPosition() { lock.withLock { askedForPosition += 1 } }

    func picture(at file: URL) async -> Taken<URL> {
        let next = pictures.isEmpty ? .cancelled : pictures.removeFirst()
        guard case .taken(let picture) = next else { return next }
        guard let data = try? Data(contentsOf: picture) else { return .failed }
        let taken = Taken.written(data, to: file)
        lastPicture = file
        while holdsPicture { try? await Task.sleep(for: .milliseconds(5)) }
        return taken
    }
    func code() async -> Taken<SeenCode> { codes.isEmpty ? .cancelled : codes.removeFirst() }

    func say(_ text: String, in language: Language) -> Bool {
        if hasVoice { spoken.append(text) }
        return hasVoice
    }
    func stop() { spoken.append("") }

    func wake(at earliest: Date) { lock.withLock { wakes.append(earliest) } }
    func sleep() { lock.withLock { wakes.append(nil) } }
    func stayAwake(_ over: @escaping @MainActor @Sendable () -> Void) -> @MainActor () -> Void {
        staysAwake = over
        return { self.staysAwake = nil }
    }

    func cameUp() -> AsyncStream<Void> { came }
    /// The network is there again.
    func networkComesUp() { up.yield() }

    func now() -> Date {
        lock.withLock {
            if !isHasty { passed += 0.4 }
            return (moment ?? Date()) + passed
        }
    }
    func pause(until date: Date) async {
        guard waits else {
            // Never, unless a test wants it: else a stuck upload would be tried again behind its back.
            try? await Task.sleep(for: .seconds(3600))
            return
        }
        try? await Task.sleep(for: .milliseconds(20))
    }
}

/// A key store of a phone: its secret can be lost, or not be had for a while.
final class FakeSecrets: SecretStore, @unchecked Sendable {
    var secret: Data?
    var isLocked = false

    func read() -> SecretRead {
        if isLocked { return .locked("before the first unlock") }
        return secret.map { .found($0) } ?? .missing
    }

    func make() throws -> Data {
        let made = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
        secret = made
        return made
    }
}

/// Enough of a cipher to tell one secret from another.
struct FakeCipher: Cipher {
    func seal(_ plain: Data, with secret: Data) throws -> Data { secret.prefix(8) + mixed(plain, secret) }

    func open(_ sealed: Data, with secret: Data) -> Data? {
        guard sealed.prefix(8) == secret.prefix(8) else { return nil }
        return mixed(Data(sealed.dropFirst(8)), secret)
    }

    private func mixed(_ data: Data, _ secret: Data) -> Data {
        Data(zip(data, secret + secret).map { $0 ^ $1 })
    }
}
