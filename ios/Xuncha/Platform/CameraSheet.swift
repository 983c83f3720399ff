// The system's camera and code scanner over whatever is on the screen.

import AVFoundation
import UIKit
import VisionKit
import XunchaKit

@MainActor
final class CameraSheet: NSObject, Camera {
    /// Where a picture of a code lies until it is read.
    private static let folder = URL.temporaryDirectory.appendingPathComponent("camera", isDirectory: true)

    private var taking: (file: URL, asked: CheckedContinuation<Taken<URL>, Never>)?
    private var scanning: CheckedContinuation<Taken<SeenCode>, Never>?

    override init() {
        super.init()
        // What a run before this one left when it was killed.
        try? FileManager.default.removeItem(at: Self.folder)
        try? FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    }

    func picture(at file: URL) async -> Taken<URL> {
        guard await isAllowed() else { return .refused }
        guard UIImagePickerController.isSourceTypeAvailable(.camera), let top = Self.top, taking == nil else {
            return .failed
        }
        let camera = UIImagePickerController()
        camera.sourceType = .camera
        camera.delegate = self
        return await withCheckedContinuation { continuation in
            taking = (file, continuation)
            top.present(camera, animated: true)
        }
    }

    func code() async -> Taken<SeenCode> {
        guard await isAllowed() else { return .refused }
        guard DataScannerViewController.isSupported, let top = Self.top, scanning == nil else {
            // An older phone: the core reads the code out of a picture.
            switch await picture(at: Self.folder.appendingPathComponent("\(UUID().uuidString).jpg")) {
            case .taken(let file): return .taken(.picture(file))
            case .cancelled: return .cancelled
            case .refused: return .refused
            case .failed: return .failed
            }
        }
        let scanner = DataScannerViewController(recognizedDataTypes: [.barcode(symbologies: [.qr])])
        scanner.delegate = self
        let close = UIAction { [weak self] _ in self?.scanned(.cancelled) }
        scanner.navigationItem.leftBarButtonItem = UIBarButtonItem(systemItem: .close, primaryAction: close)
        let frame = UINavigationController(rootViewController: scanner)
        frame.isModalInPresentation = true
        return await withCheckedContinuation { continuation in
            scanning = continuation
            top.present(frame, animated: true) { [weak self] in
                do { try scanner.startScanning() } catch { self?.scanned(.failed) }
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

    private func scanned(_ seen: Taken<SeenCode>) {
        let asked = scanning
        scanning = nil
        Self.top?.dismiss(animated: true) { asked?.resume(returning: seen) }
    }

    private func took(_ taken: Taken<URL>) {
        let asked = taking?.asked
        taking = nil
        Self.top?.dismiss(animated: true) { asked?.resume(returning: taken) }
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
        guard let file = taking?.file, let jpeg = image?.jpegData(compressionQuality: 0.9),
            (try? jpeg.write(to: file, options: .atomic)) != nil
        else { return took(.failed) }
        took(.taken(file))
    }

    func imagePickerControllerDidCancel(_ picker: UIImagePickerController) {
        took(.cancelled)
    }
}

extension CameraSheet: DataScannerViewControllerDelegate {
    func dataScanner(
        _ scanner: DataScannerViewController, didAdd added: [RecognizedItem], allItems: [RecognizedItem]
    ) {
        guard case .barcode(let code) = added.first, let text = code.payloadStringValue else { return }
        scanned(.taken(.text(text)))
    }
}
