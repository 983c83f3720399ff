// After an answer that wants a photo: take it, or go on without.

import SwiftUI
import XunchaCore
import XunchaKit

struct PhotoContent: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        Text(verbatim: item.question).sized()
        PartHead(Text(verbatim: model.photoQuestion))
        Line(sign: "camera", text: Text("只拍场所和标志，请勿拍摄人脸。"))
        LittleRoom(page: model.shown.page)
        LeftPhotos(model: model)
        if !model.shown.photos(of: item).isEmpty {
            Line(sign: "checkmark.circle", color: .good, text: Text("照片已保存在本机"), step: .strong)
        }
    }
}

/// Take it, or go on: whichever is to be done next comes first.
struct PhotoButtons: View {
    let item: DraftItem
    @ObservedObject var model: InspectionModel

    var body: some View {
        if model.shown.takesPhoto {
            BigButton(onward, sign: "arrow.right", isQuiet: true, action: model.forward)
        } else if model.shown.photos(of: item).isEmpty {
            BigButton(Text("拍照片"), sign: "camera", action: take)
            BigButton(
                model.shown.leadsToSummary ? Text("不拍，看小结") : Text("不拍，下一题"), sign: "arrow.right",
                isQuiet: true, action: model.forward)
        } else {
            BigButton(onward, sign: "arrow.right", action: model.forward)
            BigButton(Text("再拍一张"), sign: "camera", isQuiet: true, action: take)
        }
    }

    private var onward: Text { model.shown.leadsToSummary ? Text("看小结") : Text("下一题") }

    private func take() { Task { await model.takePhoto() } }
}

/// That there is hardly room for a photo.
struct LittleRoom: View {
    let page: DraftPage?

    var body: some View {
        if let littleRoom = page?.littleRoom {
            Line(
                sign: "exclamationmark.triangle.fill", color: .urgent, text: Text(verbatim: littleRoom),
                step: .strong)
        }
    }
}

struct PhotoContent_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            PhotoContent(item: .sample, model: .sample)
            PhotoButtons(item: .sample, model: .sample)
        }
    }
}
