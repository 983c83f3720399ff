// The system's camera and code scanner over whatever is on the screen.

import AVFoundation
import UIKit
import VisionKit
import XunchaKit

@MainActor
final class CameraSheet: NSObject, Camera {
    /// Where a picture of a code lies until it is read.
    private static let folder = URL.temporaryDirectory.appendingPathComponent("camera", isDirectory: true)

    private let pictures = Pending<Taken<URL>>(none: .cancelled)
    private let codes = Pending<Taken<SeenCode>>(none: .cancelled)
    /// Where the picture goes that is taken now.
    private var file: URL?

    override init() {
        super.init()
        // What a run before this one left when it was killed.
        try? FileManager.default.removeItem(at: Self.folder)
        try? FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    }

    func picture(at file: URL) async -> Taken<URL> {
        guard await isAllowed() else { return .refused }
        guard UIImagePickerController.isSourceTypeAvailable(.camera), let top = freeTop else {
            return .failed
        }
        let camera = UIImagePickerController()
        camera.sourceType = .camera
        camera.delegate = self
        // A sheet can be swiped away, of which this delegate hears nothing.
        camera.modalPresentationStyle = .fullScreen
        camera.presentationController?.delegate = self
        self.file = file
        return await pictures.wait { top.present(camera, animated: true) }
    }

    func code() async -> Taken<SeenCode> {
        guard await isAllowed() else { return .refused }
        guard DataScannerViewController.isSupported, let top = freeTop else {
            // An older phone: the core reads the code out of a picture.
            switch await picture(at: Self.folder.appendingPathComponent("\(UUID().uuidString).jpg")) {
            case .taken(let file): return .taken(.picture(file))
            case .cancelled: return .cancelled
            case .refused: return .refused
            case .noRoom: return .noRoom
            case .failed: return .failed
            }
        }
        let scanner = DataScannerViewController(recognizedDataTypes: [.barcode(symbologies: [.qr])])
        scanner.delegate = self
        // The scanner holds its button: it must not hold the scanner.
        let close = UIAction { [weak self, weak scanner] _ in
            if let scanner { self?.scanned(.cancelled, by: scanner) }
        }
        scanner.navigationItem.leftBarButtonItem = UIBarButtonItem(systemItem: .close, primaryAction: close)
        let frame = UINavigationController(rootViewController: scanner)
        frame.modalPresentationStyle = .fullScreen
        frame.presentationController?.delegate = self
        return await codes.wait {
            top.present(frame, animated: true) { [weak self] in
                do { try scanner.startScanning() } catch { self?.scanned(.failed, by: scanner) }
            }
        }
    }

    private func isAllowed() async -> Bool {
        switch AVCaptureDevice.authorizationStatus(for: .video) {
        case .authorized: true
        case .notDetermined: await AVCaptureDevice.requestAccess(for: .video)
        default: false
        }
    }

    private func scanned(_ seen: Taken<SeenCode>, by scanner: DataScannerViewController) {
        scanner.stopScanning()
        scanner.dismiss(animated: true) { [codes] in codes.answer(seen) }
    }

    private func took(_ taken: Taken<URL>, with camera: UIViewController) {
        camera.dismiss(animated: true) { [pictures] in pictures.answer(taken) }
    }

    /// The screen, where no camera stands over it.
    private var freeTop: UIViewController? {
        let top = Self.top
        let isCamera = top is UIImagePickerController || top?.children.first is DataScannerViewController
        return isCamera ? nil : top
    }

    private static var top: UIViewController? {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        var top = scenes.compactMap(\.keyWindow).first?.rootViewController
        while let above = top?.presentedViewController { top = above }
        return top
    }
}

extension CameraSheet: UIImagePickerControllerDelegate, UINavigationControllerDelegate {
    func imagePickerController(
        _ picker: UIImagePickerController,
        didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
    ) {
        let image = info[.originalImage] as? UIImage
        guard let file, let jpeg = image?.jpegData(compressionQuality: 0.9) else {
            return took(.failed, with: picker)
        }
        took(.written(jpeg, to: file), with: picker)
    }

    func imagePickerControllerDidCancel(_ picker: UIImagePickerController) {
        took(.cancelled, with: picker)
    }
}

extension CameraSheet: UIAdaptivePresentationControllerDelegate {
    func presentationControllerDidDismiss(_ presentationController: UIPresentationController) {
        pictures.answer(.cancelled)
        codes.answer(.cancelled)
    }
}

extension CameraSheet: DataScannerViewControllerDelegate {
    func dataScanner(
        _ scanner: DataScannerViewController, didAdd added: [RecognizedItem], allItems: [RecognizedItem]
    ) {
        guard case .barcode(let code) = added.first, let text = code.payloadStringValue else { return }
        scanned(.taken(.text(text)), by: scanner)
    }
}
