// 审核: a record as the hub tells it, for the head to look at before deciding. Nothing of it is kept on this phone.

import Foundation
import XunchaCore

/// What the screen shows.
public struct ReviewDetail: Showing {
    public var page: ReviewPage?
    /// Whether the record is on its way, or a photo of it.
    public var reading: Reading?
    /// The photo that is looked at.
    public var photo: Data?
    /// Whether a reason to return it is asked for.
    public var isReturning = false
    /// That reason as written so far.
    public var reason = ""
    /// Whether the hub is told of a decision.
    public var isAsking = false
    public var trouble: Trouble?

    /// What is on its way.
    public enum Reading: Equatable, Sendable {
        case record
        case photo(PhotoId)
    }

    /// What was answered, and what was not looked at.
    public var answered: [AnswerLine] { (page?.content?.answers ?? []).filter { !$0.skipped } }
    public var skipped: [AnswerLine] { (page?.content?.answers ?? []).filter(\.skipped) }

    /// What a photo was taken for; none if it is of the venue as such.
    public func question(of photo: ReviewPhoto) -> String? {
        page?.content?.answers.first { $0.item == photo.item }?.question
    }
}

/// A record that waits for the head's review. All of it needs the hub; without it nothing changes.
public final class ReviewModel: ScreenModel<ReviewDetail> {
    public let record: RecordId

    public init(_ phone: Phone, record: RecordId) {
        self.record = record
        super.init(phone, shown: ReviewDetail())
    }

    /// Asks the hub for it, once it is seen and again where that failed.
    public func read() async {
        let record = record
        guard let page = await ask(.record, { try await $0.recordToReview(record: record) }) else { return }
        shown.page = page
        settle()
    }

    /// Shows a photo that the hub has.
    public func look(at photo: ReviewPhoto) async {
        let record = record
        shown.photo = await ask(.photo(photo.id)) {
            try await $0.photoToReview(record: record, photo: photo.id)
        }
    }

    public func closePhoto() { shown.photo = nil }

    private func ask<T: Sendable>(
        _ what: ReviewDetail.Reading, _ work: @Sendable (FieldBook) async throws -> T
    ) async -> T? {
        guard shown.reading == nil else { return nil }
        shown.trouble = nil
        shown.reading = what
        defer { shown.reading = nil }
        do {
            return try await phone.uploader.letFirst { try await work(phone.book) }
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
            return nil
        }
    }

    /// Asks for the reason first.
    public func beginReturning() {
        if isSettled { shown.isReturning = true }
    }

    public func write(_ reason: String) { shown.reason = reason }

    public func leaveReason() { shown.isReturning = false }

    public func approve() async {
        guard isSettled else { return }
        let record = record
        await decide { try await $0.approve(record: record) }
    }

    /// Returns it for the reason that was written.
    public func giveBack() async {
        let (record, reason) = (record, shown.reason)
        await decide { try await $0.returnRecord(record: record, reason: reason) }
    }

    /// What is decided waits no more: back to those that do.
    private func decide(_ decision: @Sendable (FieldBook) async throws -> Void) async {
        guard !shown.isAsking else { return }
        shown.trouble = nil
        shown.isAsking = true
        defer { shown.isAsking = false }
        do {
            try await phone.uploader.letFirst { try await decision(phone.book) }
            shown.isReturning = false
            if phone.way.shown.last == .review(record) { phone.way.back() }
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
        }
    }
}
