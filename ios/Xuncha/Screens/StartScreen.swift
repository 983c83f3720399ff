// What is shown before the book is open, and the way through all other screens after it.

import SwiftUI
import XunchaCore
import XunchaKit

struct StartScreen: View {
    @ObservedObject var model: AppModel

    var body: some View {
        switch model.shown.stage {
        case .opening:
            ProgressView().tint(.accent)
        case .closed(let trouble):
            ClosedScreen(trouble: trouble) { model.open() }
                .asSet(model.preferences.textSize, language: model.preferences.languageTag)
        case .open(let phone):
            Screens(phone: phone, way: phone.way)
        }
    }
}

/// The book cannot be opened now: why, what to do, and once more.
struct ClosedScreen: View {
    let trouble: Trouble
    let again: () -> Void

    var body: some View {
        Page(title: Text("巡查"), back: .none) {
            TroubleCard(trouble: trouble, dismiss: nil).id(trouble.id)
        } footer: {
            BigButton(Text("再试一次"), sign: "arrow.clockwise", action: again)
        }
    }
}

/// Home and whatever is open above it.
struct Screens: View {
    let phone: Phone
    @ObservedObject var way: Way
    @StateObject private var settings: SettingsModel

    init(phone: Phone, way: Way) {
        self.phone = phone
        self.way = way
        _settings = StateObject(wrappedValue: SettingsModel(phone))
    }

    var body: some View {
        NavigationStack(path: Binding(get: { way.shown }, set: { way.led(to: $0) })) {
            HomeScreen(phone)
                .navigationDestination(for: Route.self) { screen(of: $0) }
        }
        .asSet(settings.shown.textSize, language: settings.shown.language == .en ? "en" : "zh-Hans")
        .tint(.accent)
    }

    @ViewBuilder
    private func screen(of route: Route) -> some View {
        switch route {
        case .enrol: EnrolScreen(phone)
        case .card(let card): EnrolScreen(phone, card: card)
        case .venue(let venue): VenueScreen(phone, venue: venue)
        case .companions(let venue): CompanionsScreen(phone, venue: venue)
        case .inspection(let draft): InspectionScreen(phone, draft: draft)
        case .done(let record): DoneScreen(phone, record: record)
        case .checkIn: CheckInScreen(phone)
        case .outbox: OutboxScreen(phone)
        case .handOver: HandOverScreen(phone)
        case .answer(let file): HandOverScreen(phone, answer: file).id(file)
        case .history: HistoryScreen(phone)
        case .record(let record): RecordScreen(phone, record: record)
        case .coverage: CoverageScreen(phone)
        case .reviews: ReviewsScreen(phone)
        case .review(let record): ReviewScreen(phone, record: record)
        case .settings: SettingsScreen(model: settings)
        case .about:
            AboutScreen(version: phone.seams.program.version, licences: { way.to(.licences) })
        case .licences: LicencesScreen(groups: Licences.all, open: { way.to(.licence($0)) })
        case .licence(let number): LicenceScreen(group: Licences.all[number])
        }
    }
}

struct ClosedScreen_Previews: PreviewProvider {
    static var previews: some View {
        ClosedScreen(trouble: .sample, again: {})
    }
}
