// What the screens use of Xuncha/Platform, whose files need Apple's frameworks and are only parsed on Linux.

import Foundation
import SwiftUI
import XunchaKit

struct BookPlace {
    let folders = Folders(book: URL(fileURLWithPath: "/"), taken: URL(fileURLWithPath: "/"))
}

struct Keychain: SecretStore {
    func read() -> SecretRead { .missing }
    func make() throws -> Data { Data() }
}

struct AesGcm: Cipher {
    func seal(_ plain: Data, with secret: Data) throws -> Data { plain }
    func open(_ sealed: Data, with secret: Data) -> Data? { sealed }
}

enum BackgroundUpload {
    static func register(_ upload: @escaping @Sendable () async -> Bool) {}
}

enum MemoryPicture {
    static func of(_ jpeg: Data) -> Image? { nil }
}

extension Seams {
    @MainActor static var ofThisPhone: Seams { fatalError("never run") }
}

@MainActor
enum DeviceName {
    static var text: String { "" }
}
