// One reading of the position a tap, within 15 seconds. "No" and "none" are answers.

import CoreLocation
import XunchaCore
import XunchaKit

@MainActor
final class LocationReader: NSObject, Locator {
    private static let patience = Duration.seconds(15)

    private let manager = CLLocationManager()
    private var waiting: [CheckedContinuation<Located, Never>] = []
    private var limit: Task<Void, Never>?

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
    }

    func fix() async -> Located {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard waiting.count == 1 else { return }
            limit = Task { [weak self] in
                try? await Task.sleep(for: Self.patience)
                if !Task.isCancelled { self?.answer(.none) }
            }
            begin()
        }
    }

    func mayRead() async -> Bool {
        switch manager.authorizationStatus {
        case .authorizedWhenInUse, .authorizedAlways: true
        default: false
        }
    }

    private func begin() {
        switch manager.authorizationStatus {
        case .notDetermined: manager.requestWhenInUseAuthorization()
        case .denied, .restricted: answer(.refused)
        default: manager.requestLocation()
        }
    }

    private func answer(_ located: Located) {
        limit?.cancel()
        let asked = waiting
        waiting = []
        for continuation in asked { continuation.resume(returning: located) }
    }
}

extension LocationReader: @preconcurrency CLLocationManagerDelegate {
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        if !waiting.isEmpty, manager.authorizationStatus != .notDetermined { begin() }
    }

    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        guard let location = locations.last, location.horizontalAccuracy >= 0 else { return answer(.none) }
        let at = location.coordinate
        answer(
            .fix(
                Fix(
                    raw: RawPosition(datum: .wgs84, lat: at.latitude, lon: at.longitude),
                    accuracy: location.horizontalAccuracy, provider: .fused,
                    takenAt: Int64(location.timestamp.timeIntervalSince1970 * 1000),
                    mock: location.sourceInformation?.isSimulatedBySoftware ?? false)))
    }

    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        answer((error as? CLError)?.code == .denied ? .refused : .none)
    }
}
