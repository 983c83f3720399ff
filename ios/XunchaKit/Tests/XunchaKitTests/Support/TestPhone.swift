// A phone of the tests: a folder, a platform, a key store, and the app on it.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
final class TestPhone {
    let folder: URL
    /// Where pictures lie that the book does not have yet.
    var taken: URL
    /// Where files lie that nobody needs for long.
    var temporary: URL
    let platform = FakePlatform()
    let secrets: FakeSecrets
    var clock: (any Clock)?
    var platformLanguage = "zh-Hans-CN"
    private(set) var app: AppModel?
    private let preferences: UserDefaults

    init(in parent: URL, named name: String = "phone", like other: TestPhone? = nil) {
        folder = parent.appendingPathComponent(name)
        taken = other?.taken ?? parent.appendingPathComponent("\(name)-taken")
        temporary = other?.temporary ?? parent.appendingPathComponent("\(name)-temporary")
        secrets = other?.secrets ?? FakeSecrets()
        preferences =
            other?.preferences ?? UserDefaults(suiteName: "org.xuncha.\(UUID().uuidString)") ?? .standard
        clock = other?.clock
    }

    /// Starts the app.
    @discardableResult
    func start() throws -> Phone {
        switch launch() {
        case .open(let phone): return phone
        case .closed(let trouble): throw Failure("closed: \(trouble)")
        case .opening: throw Failure("still opening")
        }
    }

    /// Starts the app, whatever comes of it.
    func launch() -> AppShown.Stage {
        let app = asleep()
        app.open()
        return app.shown.stage
    }

    /// The app before it opened anything, as the platform starts it in the background.
    func asleep() -> AppModel {
        let app = AppModel(
            folders: Folders(book: folder, taken: taken, temporary: temporary),
            vault: PlatformVault(store: secrets, cipher: FakeCipher()),
            seams: platform.seams,
            preferences: Preferences(preferences, platformLanguage: platformLanguage), clock: clock)
        self.app = app
        return app
    }

    /// The app after its process was killed at this very moment: it starts on the files as they lie on the disk now,
    /// and nothing was called before.
    func killed() throws -> (TestPhone, Phone) {
        let after = try copy()
        return (after, try after.start())
    }

    /// A phone with the same files and the same key store that is not started yet.
    func copy() throws -> TestPhone {
        let copy = TestPhone(
            in: folder.deletingLastPathComponent(), named: "phone-\(UUID().uuidString)", like: self)
        try FileManager.default.copyItem(at: folder, to: copy.folder)
        return copy
    }

    /// Enrols by a card, as the screens do it.
    @discardableResult
    func enrol(at hub: Hub, as person: String = Person.volunteer) async throws -> Phone {
        let phone = try start()
        let model = EnrolModel(phone, label: "测试手机")
        model.agree(usesPosition: true)
        platform.codes = [.taken(.text(try hub.card(for: person).link))]
        await model.scan()
        guard model.enrolled != nil else { throw Failure("not enrolled: \(model.shown)") }
        model.begin()
        await phone.uploader.upload()
        return phone
    }

    /// Something happens to the file of a photo.
    func file(of photo: PhotoId, becomes data: Data) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            if file.lastPathComponent.hasPrefix(photo) { return try data.write(to: file) }
        }
        throw Failure("no file of photo \(photo)")
    }

    /// The camera gives this file next.
    func willTake(_ data: Data) throws {
        let file = folder.deletingLastPathComponent().appendingPathComponent(UUID().uuidString)
        try data.write(to: file)
        platform.pictures.append(.taken(file))
    }
}

extension Phone {
    /// A venue of the station by name.
    func venue(_ name: String) throws -> VenueId {
        let lines = try book.home().venues
        return try #require(lines.first { $0.name == name }, "no venue \(name)").venue
    }

    /// Begins an inspection, as the screens do it.
    func inspect(_ name: String = Place.cafe, with companions: [String] = []) throws -> InspectionModel {
        let model = CompanionsModel(self, venue: try venue(name))
        for person in model.shown.colleagues where companions.contains(person.name) {
            model.toggle(person.id)
        }
        model.begin()
        guard case .inspection(let draft) = way.shown.last else { throw Failure("\(way.shown)") }
        return InspectionModel(self, draft: draft)
    }

    /// The record that the done screen shows.
    func doneRecord() throws -> RecordId {
        guard case .done(let record) = way.shown.last else { throw Failure("\(way.shown)") }
        return record
    }
}

extension InspectionModel {
    /// The question on the screen.
    var item: DraftItem? {
        guard case .question(let item) = shown.step else { return nil }
        return item
    }

    /// Presses the button of a choice.
    func press(_ code: ChoiceCode) throws {
        let item = try #require(item, "no question: \(shown.step)")
        choose(try #require(item.choices.first { $0.code == code }, "\(item.choices.map(\.code))"))
    }

    /// Answers all that is left as one who looked at nothing.
    func skipAll() {
        while item != nil { notLooked() }
    }
}

extension EnrolModel {
    /// Whose phone it is, once it is somebody's.
    var enrolled: EnrolledAs? {
        guard case .enrolled(let who) = shown.step else { return nil }
        return who
    }
}
