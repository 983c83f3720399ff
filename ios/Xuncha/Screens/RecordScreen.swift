// One record: its honest state, what it says, and where it was returned, the way to correct it.

import SwiftUI
import XunchaCore
import XunchaKit

struct RecordScreen: View {
    @StateObject private var model: RecordModel

    init(_ phone: Phone, record: RecordId) {
        _model = StateObject(wrappedValue: RecordModel(phone, record: record))
    }

    var body: some View {
        Page(title: Text("记录"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let page = model.shown.page {
                DoneContent(page: page, receipt: model.shown.receipt)
                if let answers = page.content?.answers { AnswerCards(answers: answers) }
                ForEach(page.photos.filter(\.onPhone), id: \.id) { photo in
                    BigButton(Text("看照片"), sign: "photo", isQuiet: true) {
                        Task { await model.look(at: photo) }
                    }
                }
            }
        } footer: {
            if model.shown.page?.canCorrect == true {
                BigButton(Text("更正这次检查"), sign: "pencil", action: model.correct)
            }
        }
        .sheet(isPresented: Binding(get: { model.shown.photo != nil }, set: { _ in model.closePhoto() })) {
            Page(title: Text("照片"), back: .none) {
                if let photo = model.shown.photo { PhotoView(file: photo).accessibilityLabel(Text("照片")) }
            } footer: {
                BigButton(Text("关上"), sign: "xmark", action: model.closePhoto)
            }
        }
        .onAppear { model.refresh() }
    }
}

/// What was answered.
struct AnswerCards: View {
    let answers: [AnswerLine]

    var body: some View {
        ForEach(answers, id: \.item) { answer in
            Card {
                Text(verbatim: answer.question).sized(.strong)
                Text(verbatim: answer.answer).sized()
                if let note = answer.note { Text(verbatim: note).sized() }
            }
        }
    }
}

struct RecordScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            DoneContent(page: .sample)
            AnswerCards(answers: AnswerLine.samples)
        }
    }
}
