export { ConnectPage } from "./ConnectPage";
export { NumbersPage } from "./NumbersPage";
export { SetupPage } from "./SetupPage";
