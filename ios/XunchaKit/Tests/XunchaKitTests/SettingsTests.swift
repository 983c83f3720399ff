// Settings, the key store, and the sentences that only the shell knows.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct SettingsTests {
    @Test("The text size is one of five and is kept; one of an older app is the nearest of them")
    func textSize() async throws {
        try await enrolled { _, test, phone in
            let model = SettingsModel(phone)
            #expect(model.shown.textSize == 21)
            model.set(textSize: 26)
            #expect(model.shown.textSize == 27)
            model.set(textSize: 99)
            #expect(model.shown.textSize == 30)
            let (_, again) = try test.killed()
            #expect(SettingsModel(again).shown.textSize == 30)
            model.set(textSize: 2)
            #expect(model.shown.textSize == 18)
        }
    }

    @Test("The language changes the core's texts at once, and is kept")
    func language() async throws {
        try await enrolled { _, test, phone in
            let model = SettingsModel(phone)
            model.set(language: .en)
            #expect(try phone.book.home().waiting == "Everything is uploaded")
            let (_, again) = try test.killed()
            #expect(try again.book.home().waiting == "Everything is uploaded")
            #expect(VenueModel(again, venue: "?").shown.trouble?.sentence.hasPrefix("This phone") == true)
            let after = SettingsModel(again)
            #expect(after.shown.chosenLanguage == .en)
            after.set(language: nil)
            #expect(after.shown.chosenLanguage == nil)
            #expect(after.shown.language == .zhHans)
            #expect(try again.book.home().waiting == "全部已上传", "as the phone again")
        }
    }

    @Test(
        "Until another language is set it is the platform's, and Chinese for all but English",
        arguments: [("zh-Hans-CN", Language.zhHans), ("en-GB", .en), ("fr-FR", .zhHans)])
    func platformLanguage(tag: String, language: Language) async throws {
        try await inFolder { folder in
            let test = TestPhone(in: folder)
            test.platformLanguage = tag
            let phone = try test.start()
            #expect(phone.book.locale() == language)
        }
    }

    @Test("A phone can be enrolled anew by another card, also while all is well")
    func enrolAgain() async throws {
        try await enrolled { _, _, phone in
            SettingsModel(phone).enrol()
            #expect(phone.way.shown.last == .enrol)
        }
    }

    @Test("Reading aloud is set and kept")
    func aloud() async throws {
        try await enrolled { _, test, phone in
            let model = SettingsModel(phone)
            model.set(readsAloud: true)
            #expect(SettingsModel(phone).shown.readsAloud)
        }
    }

    @Test("Whether the position may be read is set and kept")
    func usesPosition() async throws {
        try await enrolled { _, test, phone in
            let model = SettingsModel(phone)
            #expect(model.shown.usesPosition)
            model.set(usesPosition: false)
            #expect(!model.shown.usesPosition)
            let (_, again) = try test.killed()
            #expect(!SettingsModel(again).shown.usesPosition)
        }
    }

    @Test("The self-check counts what it verified and tells the room that is used")
    func selfCheck() async throws {
        try await enrolled { _, test, phone in
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let model = SettingsModel(phone)
            await model.check()?.value
            #expect(model.shown.found?.recordsVerified == 1)
            #expect(model.shown.found?.issues == [])
            #expect(model.shown.page?.room.text.hasPrefix("本机占用 ") == true)
            #expect(model.shown.page?.status.enrolled?.memberName == Person.volunteer)
        }
    }

    @Test("While it is checked that is shown, and a second tap begins no second check")
    func checkOnce() async throws {
        try await enrolled { _, _, phone in
            let model = SettingsModel(phone)
            let first = try #require(model.check())
            #expect(model.shown.isChecking)
            #expect(model.check() == nil)
            await first.value
            #expect(!model.shown.isChecking)
            #expect(model.shown.found != nil)
        }
    }

    @Test("The station is told how the phone stands, and never said to be told before the hub has it")
    func report() async throws {
        try await enrolled { hub, test, phone in
            let model = SettingsModel(phone)
            #expect(model.shown.page?.report == nil)
            hub.stop()
            model.report()
            await phone.uploader.upload()
            #expect(model.shown.page?.report?.state == .waiting)
            #expect(model.shown.page?.report?.text == "将在有网络时报告")
            let (_, again) = try test.killed()
            let after = SettingsModel(again)
            #expect(after.shown.page?.report?.state == .waiting)
            try hub.start()
            await again.uploader.upload()
            after.refresh()
            #expect(after.shown.page?.report?.state == .reported)
            #expect(after.shown.page?.report?.text.hasPrefix("已报告（") == true)
        }
    }
}

struct PlatformVaultTests {
    private let key = Data((0..<32).map { UInt8($0) })

    @Test("A key comes back, and is lost with the secret or another one in its place")
    func lost() throws {
        let secrets = FakeSecrets()
        let vault = PlatformVault(store: secrets, cipher: FakeCipher())
        let wrapped = try vault.wrap(key: key)
        #expect(try vault.unwrap(wrapped: wrapped) == key)
        secrets.secret = nil
        #expect(throws: VaultError.KeyLost) { try vault.unwrap(wrapped: wrapped) }
        _ = try secrets.make()
        #expect(throws: VaultError.KeyLost) { try vault.unwrap(wrapped: wrapped) }
    }

    @Test("A secret that is only locked is not taken for a lost one")
    func locked() throws {
        let secrets = FakeSecrets()
        let vault = PlatformVault(store: secrets, cipher: FakeCipher())
        let wrapped = try vault.wrap(key: key)
        secrets.isLocked = true
        let locked = VaultError.Unavailable(reason: "before the first unlock")
        #expect(throws: locked) { try vault.unwrap(wrapped: wrapped) }
        #expect(throws: locked) { try vault.wrap(key: key) }
    }

    @Test("A key store that fails in its own way is one that does not answer now")
    func failing() throws {
        struct Broken: SecretStore {
            func read() -> SecretRead { .missing }
            func make() throws -> Data { throw CocoaError(.fileWriteNoPermission) }
        }
        let vault = PlatformVault(store: Broken(), cipher: FakeCipher())
        do {
            _ = try vault.wrap(key: key)
            Issue.record("it wrapped")
        } catch VaultError.Unavailable {}
    }
}

struct TroubleTests {
    @Test(
        "Sentences are short and without the words of programmers",
        arguments: [
            Trouble.Cause.cameraRefused, .cameraFailed, .unknown, .core(.storageFull), .core(.databaseNewer),
        ])
    func sentences(cause: Trouble.Cause) {
        let zh = Trouble.sentence(of: cause, in: .zhHans)
        #expect((8...60).contains(zh.count))
        for word in ["错误", "异常", "失败", "服务端", "已上传", "已收到", "查处", "处罚"] { #expect(!zh.contains(word)) }
        let en = Trouble.sentence(of: cause, in: .en)
        #expect(en.hasSuffix(".") && en.allSatisfy(\.isASCII))
    }
}
