// One question: its words, its buttons, then a photo, a remark, and the law one tap away.

import SwiftUI
import XunchaCore
import XunchaKit

struct QuestionContent: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        PartHead(Text(verbatim: item.question))
        CorrectionCard(page: model.shown.page)
        if let dayType = item.dayType { Line(sign: "calendar", color: .due, text: Text(verbatim: dayType)) }
        if let time = item.time { Line(sign: "clock", text: Text(verbatim: time)) }
        if item.takesText {
            Field(
                label: Text("写几句，或者用键盘上的话筒说"),
                text: Binding(get: { model.shown.words }, set: { model.write($0) }), isLong: true)
        }
        if let given = item.answerText { Line(sign: "checkmark", text: Text(verbatim: given)) }
    }
}

/// What may be added to an answer, and looked up.
struct QuestionExtras: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        PhotoStrip(item: item, model: model)
        if !item.takesText { RemarkCard(item: item, model: model) }
        SideBySide {
            BigButton(Text("朗读"), sign: "speaker.wave.2", isQuiet: true, action: model.readAloud)
            if !item.basis.isEmpty {
                BigButton(Text("依据"), sign: "book", isQuiet: true) {
                    model.showBasis(!model.shown.showsBasis)
                }
            }
        }
        if model.shown.showsBasis {
            Card {
                ForEach(item.basis, id: \.self) { basis in Text(verbatim: basis).sized() }
            }
        }
        if !model.shown.leadsToSummary {
            BigButton(Text("看小结"), sign: "checklist", isQuiet: true, action: model.summarise)
        }
        Aside(model: model)
    }
}

/// The large buttons, in reach of a thumb.
struct QuestionButtons: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        if item.takesText {
            BigButton(Text("写好了"), sign: "checkmark", action: model.confirmWords)
        }
        ForEach(item.choices, id: \.code) { choice in
            BigButton(
                Text(verbatim: choice.label), sign: choice.tone.sign, color: choice.tone.color, isQuiet: true,
                isChosen: isGiven(choice)
            ) { model.choose(choice) }
        }
        SideBySide {
            BigButton(Text("未查看"), sign: "eye.slash", color: .soft, isQuiet: true, action: model.notLooked)
            if !item.takesText {
                BigButton(
                    model.shown.leadsToSummary ? Text("看小结") : Text("下一题"), sign: "arrow.right",
                    isQuiet: true, action: model.forward)
            }
        }
    }

    private func isGiven(_ choice: ChoiceLine) -> Bool {
        guard case .choice(let code, _) = item.answer?.answer else { return false }
        return code == choice.code
    }
}

/// A remark to the question, for those who want to say more.
struct RemarkCard: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        Card {
            if let remark = model.shown.remark {
                Field(
                    label: Text("写几句"),
                    text: Binding(get: { remark }, set: { model.write(remark: $0) }), isLong: true)
                BigButton(Text("写好了"), sign: "checkmark", isQuiet: true, action: model.confirmRemark)
            } else {
                if let note = item.note { Line(sign: "text.bubble", text: Text(verbatim: note)) }
                BigButton(
                    Text("写几句"), sign: "text.bubble", isQuiet: true, action: model.beginRemark)
            }
        }
    }
}

/// The way out from wherever one is in the inspection.
struct Aside: View {
    @ObservedObject var model: InspectionModel

    var body: some View {
        BigButton(Text("先放着，回首页"), sign: "house", isQuiet: true, action: model.putAside)
    }
}

/// Pictures that are not in the inspection, as there was no room: nobody is to find that out afterwards.
struct LeftPhotos: View {
    @ObservedObject var model: InspectionModel

    var body: some View {
        if model.shown.photosLeft > 0, !model.shown.takesPhoto {
            Line(
                sign: "exclamationmark.triangle.fill", color: .urgent,
                text: Text("有 \(model.shown.photosLeft) 张照片还没存进来。腾出空间再存一次；现在完成就不带它们。"))
            BigButton(Text("再存一次"), sign: "arrow.clockwise", isQuiet: true) {
                Task { await model.keepLeftPhotos() }
            }
        }
    }
}

/// A photo as it was kept.
struct Thumbnail: View {
    let photo: PhotoLine
    @ObservedObject var model: InspectionModel
    @State private var file: URL?

    var body: some View {
        if let file {
            PhotoView(file: file).frame(maxWidth: 240).accessibilityLabel(Text("照片"))
        } else {
            ProgressView().task { file = await model.look(at: photo) }
        }
    }
}

/// The photos of a question, and the button that takes one more.
struct PhotoStrip: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        Card {
            Line(sign: "camera", text: Text("只拍场所和标志，请勿拍摄人脸。"))
            ForEach(photos, id: \.id) { photo in
                if photo.onPhone { Thumbnail(photo: photo, model: model) }
                BigButton(
                    photo.id == model.shown.reallyRemove ? Text("真的删掉？再点一次就删掉") : Text("删掉这张"),
                    sign: "trash", color: .soft, isQuiet: true
                ) { model.remove(photo) }
            }
            LittleRoom(page: model.shown.page)
            LeftPhotos(model: model)
            if !model.shown.takesPhoto {
                BigButton(
                    item.asksPhoto && photos.isEmpty ? Text("请拍照片") : Text("拍照片"), sign: "camera",
                    isQuiet: true
                ) { Task { await model.takePhoto() } }
            }
        }
    }

    private var photos: [PhotoLine] { model.shown.photos(of: item) }
}

struct QuestionContent_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { QuestionContent(item: .sample, model: .sample) }.preferredColorScheme(.dark)
    }
}
