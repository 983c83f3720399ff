// A phone of the tests: a folder, a platform, a key store, and the app on it, killed and started at will.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
final class TestPhone {
    let folder: URL
    let platform = FakePlatform()
    let secrets = FakeSecrets()
    var clock: (any Clock)?
    private(set) var app: AppModel?
    private let preferences: UserDefaults

    init(in parent: URL, named name: String = "phone") {
        folder = parent.appendingPathComponent(name)
        preferences = UserDefaults(suiteName: "org.xuncha.tests.\(UUID().uuidString)") ?? .standard
    }

    /// Starts the app.
    @discardableResult
    func start() throws -> Phone {
        let vault = PlatformVault(store: secrets, cipher: FakeCipher())
        let app = AppModel(
            folder: folder, vault: vault, seams: platform.seams, preferences: Preferences(preferences), clock: clock)
        self.app = app
        app.open()
        switch app.shown.stage {
        case .open(let phone): return phone
        case .closed(let trouble): throw Failure("closed: \(trouble)")
        case .opening: throw Failure("still opening")
        }
    }

    /// The process ends without a word, as when the system kills it: nothing is called, and its lock is free.
    func kill() {
        app = nil
    }

    /// Enrols by a card, as the screens do it.
    @discardableResult
    func enrol(at hub: Hub, as person: String = Person.volunteer) async throws -> Phone {
        let phone = try start()
        let model = EnrolModel(phone, label: "测试手机")
        model.agree()
        platform.codes = [.taken(try hub.card(for: person).link)]
        await model.scan()
        _ = try #require(model.enrolled, "\(model.shown)")
        model.begin()
        await phone.uploader.upload()
        return phone
    }

    /// A file with a picture in it.
    func picture() throws -> URL { try file(Picture.png, "sign.png") }

    /// A file with anything in it.
    func file(_ data: Data, _ name: String) throws -> URL {
        let file = folder.deletingLastPathComponent().appendingPathComponent(UUID().uuidString + name)
        try data.write(to: file)
        return file
    }
}

extension Phone {
    /// A venue of the station by name.
    func venue(_ name: String) throws -> VenueId {
        let lines = try book.home().venues
        return try #require(lines.first { $0.name == name }, "no venue \(name)").venue
    }
}

extension EnrolModel {
    /// Whose phone it is, once it is somebody's.
    var enrolled: EnrolledAs? {
        guard case .enrolled(let who) = shown.step else { return nil }
        return who
    }
}
