// Where an inspection is made: the position and the venue's placard.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct PlaceTests {
    @Test("The placard of another venue is told and not kept")
    func placard() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            model.summarise()
            test.platform.codes = [.taken(.text("VENUE-OF-SOMEBODY-ELSE")), .refused]
            await model.scanPlacard()
            #expect(model.shown.trouble?.cause == .core(.wrongPlacard))
            #expect(model.shown.page?.placardScanned == false)
            await model.scanPlacard()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            let file = test.folder.appendingPathComponent("placard.png")
            try Picture.png(of: qrOf(text: "VENUE-OF-SOMEBODY-ELSE")).write(to: file)
            test.platform.codes = [.taken(.picture(file))]
            await model.scanPlacard()
            #expect(model.shown.trouble?.cause == .core(.wrongPlacard))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    /// Runs with an inspection whose position is being read for as long as `isLocating` says so.
    private func whileLocating(
        _ work: @MainActor (TestPhone, Phone, InspectionModel, Task<Void, Never>) async throws -> Void
    ) async throws {
        try await enrolled { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            test.platform.isLocating = true
            let model = try phone.inspect()
            let appearing = Task { await model.appeared() }
            while !model.shown.near.isLocating { await Task.yield() }
            try await work(test, phone, model, appearing)
        }
    }

    @Test("The position is read while the first question is answered already")
    func meanwhile() async throws {
        try await whileLocating { test, phone, model, appearing in
            try model.press("no")
            #expect(model.shown.page?.hasFix == false)
            test.platform.isLocating = false
            await appearing.value
            #expect(model.shown.page?.hasFix == true)
            #expect(model.shown.number == 2)
        }
    }

    @Test(
        "Killed before it had a position, it reads one when it is gone on with, and not again when it has one"
    )
    func afterAKill() async throws {
        try await enrolled { _, test, phone in
            let draft = try phone.inspect().draft
            let (after, again) = try test.killed()
            after.platform.located = .fix(.atTheCafe())
            let model = InspectionModel(again, draft: draft)
            await model.appeared()
            #expect(model.shown.page?.hasFix == true)
            after.platform.located = .refused
            let later = InspectionModel(again, draft: draft)
            await later.appeared()
            #expect(later.shown.near == Near(), "nobody is asked again")
        }
    }

    @Test("Gone on with hours later, somewhere else, it reads no position unasked; the button does")
    func elsewhere() async throws {
        try await enrolled { _, test, phone in
            let draft = try phone.inspect().draft
            let after = try test.copy()
            after.clock = LaterClock(byMs: 2 * 3_600_000)
            after.platform.located = .fix(.atTheArcade())
            let model = InspectionModel(try after.start(), draft: draft)
            await model.appeared()
            #expect(model.shown.page?.hasFix == false)
            #expect(after.platform.askedForPosition == 0)
            await model.locate()
            #expect(model.shown.page?.hasFix == true)
        }
    }

    @Test("Refused or not to be had, that is told on the summary, where a button reads it once more")
    func onceMore() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            for located in [Located.refused, .none] {
                test.platform.located = located
                await model.locate()
                #expect(model.shown.near.located == located)
                #expect(model.shown.page?.hasFix == false)
                #expect(model.shown.trouble == nil)
            }
            test.platform.located = .fix(.atTheCafe())
            await model.locate()
            #expect(model.shown.page?.hasFix == true)
        }
    }

    @Test("With the position declined no screen asks the platform for it, and each works without")
    func unwanted() async throws {
        try await enrolled(as: Person.head) { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            test.platform.mayReadPosition = true
            phone.preferences.usesPosition = false
            let home = HomeModel(phone)
            await home.appeared()
            await home.locate()
            #expect(home.shown.near.located == .unwanted, "and says so")
            #expect(home.shown.page?.venues.count == 2)
            let list = CheckInModel(phone)
            await list.appeared()
            #expect(list.shown.near.located == .unwanted)
            await list.checkIn(try phone.venue(Place.arcade))
            #expect(try phone.book.record(record: phone.doneRecord()).content?.evidence.grade == .unlocated)
            await VenueModel(phone, venue: try phone.venue(Place.arcade)).checkIn()
            let model = try phone.inspect()
            await model.appeared()
            #expect(model.shown.near.located == .unwanted)
            #expect(model.shown.page?.hasFix == false)
            #expect([home.shown.trouble, list.shown.trouble, model.shown.trouble] == [nil, nil, nil])
            #expect(test.platform.askedForPosition == 0)

            SettingsModel(phone).set(usesPosition: true)
            await model.locate()
            #expect(model.shown.page?.hasFix == true, "who wants it after all has it with one tap")
        }
    }

    @Test("A position that comes after 完成 is not missed by anybody")
    func tooLate() async throws {
        try await whileLocating { test, phone, model, appearing in
            model.finish()
            test.platform.isLocating = false
            await appearing.value
            #expect(model.shown.trouble == nil)
            let page = try phone.book.record(record: phone.doneRecord())
            #expect(page.content?.evidence.grade == .unlocated)
        }
    }

    @Test(
        "Of several readings the most accurate since it was asked for is given, and a good one ends the wait")
    func readings() {
        var readings = Readings(asked: Date(timeIntervalSince1970: 1000))
        func ends(_ accuracy: Double, after seconds: Int64) -> Bool {
            readings.take(
                Fix(
                    raw: Fix.atTheCafe().raw, accuracy: accuracy, provider: .fused,
                    takenAt: 1_000_000 + seconds * 1000, mock: false))
        }
        #expect(!ends(5, after: -3600))
        #expect(readings.best == nil, "an hour ago it was another place")
        #expect(!ends(5, after: -10), "what is remembered ends no wait")
        #expect(!ends(900, after: 1))
        #expect(readings.best?.accuracy == 900, "what is read is better than what is remembered")
        #expect(!ends(65, after: 3))
        #expect(!ends(80, after: 4))
        #expect(readings.best?.accuracy == 65)
        #expect(ends(12, after: 5))
        #expect(readings.best?.accuracy == 12)
    }
}
